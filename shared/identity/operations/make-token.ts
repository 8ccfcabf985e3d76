import { randomBytes } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { defaultDomain } from "../domain/domain.ts";
import { roleOf } from "../domain/role.ts";
import { TOKEN_ISSUER, type TokenClaims } from "../domain/token-claims.ts";
import type { TokenSigner } from "../ports/token-signer.ts";
import type { ProjectScope } from "./project-scope.ts";
import type { Proven } from "./prove-login.ts";

export interface IssuedToken {
  readonly token: string;
  readonly claims: TokenClaims;
}

export interface MakeTokenWiring {
  readonly signer: TokenSigner;
  readonly tokenSeconds: number;
  readonly clock: Clock;
}

/** A signed token of a proven user; unscoped without a scope. */
export const makeToken =
  ({ signer, tokenSeconds, clock }: MakeTokenWiring) =>
  async (proven: Proven, scope: ProjectScope | undefined): Promise<IssuedToken> => {
    const { user, epoch, methods, latestExpiry, credential } = proven;
    const issuedAt = Math.floor(clock().getTime() / 1000);
    const common = {
      iss: TOKEN_ISSUER,
      sub: user.id,
      iat: issuedAt,
      exp: Math.min(issuedAt + tokenSeconds, latestExpiry),
      jti: randomBytes(16).toString("base64url"),
      name: user.name,
      domain: defaultDomain,
      methods,
      epoch,
      ...(credential && {
        credential: { id: credential.id, name: credential.name, restricted: !credential.unrestricted },
      }),
    };
    const claims: TokenClaims = scope
      ? {
          ...common,
          aud: "image",
          project: { id: scope.project.id, name: scope.project.name, domain: defaultDomain },
          roles: scope.roles.map(roleOf),
        }
      : { ...common, aud: "identity", roles: [] };
    return { token: await signer.sign(claims), claims };
  };

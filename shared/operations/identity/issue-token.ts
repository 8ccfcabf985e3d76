import { randomBytes } from "node:crypto";
import type { AuthRequest, Credentials, Reference } from "../../domain/identity/auth-request.ts";
import { defaultDomain, domainIdOf } from "../../domain/identity/domain.ts";
import { identityId } from "../../domain/identity/identity-id.ts";
import { Unauthenticated } from "../../domain/identity/refusals.ts";
import { TOKEN_ISSUER, type TokenClaims } from "../../domain/identity/token-claims.ts";
import type { User } from "../../domain/identity/user.ts";
import type { Clock } from "../../ports/clock.ts";
import type { IdentityStore } from "../../ports/identity-store.ts";
import type { PasswordProof } from "../../ports/password-proof.ts";
import type { TokenReader, TokenSigner } from "../../ports/token-signer.ts";
import { projectScope } from "./project-scope.ts";

export interface IssuedToken {
  readonly token: string;
  readonly claims: TokenClaims;
}

export interface IssueTokenWiring {
  readonly identities: IdentityStore;
  readonly passwords: PasswordProof;
  /** Reads scoped and unscoped tokens, for the method `token`. */
  readonly tokens: TokenReader;
  readonly signer: TokenSigner;
  readonly tokenSeconds: number;
  readonly clock: Clock;
}

interface Proven {
  readonly user: User;
  readonly methods: readonly string[];
  /** Seconds since 1970; a token got with a token never outlives it. */
  readonly latestExpiry: number;
}

async function findUser(identities: IdentityStore, reference: Reference): Promise<User | undefined> {
  if ("id" in reference) return identities.findUser(reference.id);
  const domainId = domainIdOf(reference.domain);
  return domainId === undefined ? undefined : identities.findUserByName(reference.name, domainId);
}

async function prove(
  credentials: Credentials,
  { identities, passwords, tokens }: IssueTokenWiring,
): Promise<Proven> {
  if (credentials.method === "password") {
    const user = await findUser(identities, credentials.user);
    const proven = await passwords.prove(user, credentials.password);
    if (!proven || !user?.enabled) throw new Unauthenticated();
    return { user, methods: ["password"], latestExpiry: Number.POSITIVE_INFINITY };
  }
  const old = await tokens.read(credentials.token);
  const user = await identities.findUser(old.sub);
  if (!user?.enabled) throw new Unauthenticated();
  return { user, methods: [...new Set(["token", ...old.methods])], latestExpiry: old.exp };
}

/**
 * A signed token for whoever the credentials prove, scoped as asked. Throws Unauthorized, with one text for every
 * cause, when anything does not fit; reads the user anew also for the method `token`, so a disabled user gets none.
 */
export const issueToken =
  (wiring: IssueTokenWiring) =>
  async ({ credentials, scope: scopeRequest }: AuthRequest): Promise<IssuedToken> => {
    const { user, methods, latestExpiry } = await prove(credentials, wiring);
    const scope = await projectScope(wiring.identities, user, scopeRequest);
    const issuedAt = Math.floor(wiring.clock().getTime() / 1000);
    const common = {
      iss: TOKEN_ISSUER,
      sub: user.id,
      iat: issuedAt,
      exp: Math.min(issuedAt + wiring.tokenSeconds, latestExpiry),
      jti: randomBytes(16).toString("base64url"),
      name: user.name,
      domain: defaultDomain,
      methods,
    };
    const claims: TokenClaims = scope
      ? {
          ...common,
          aud: "image",
          project: { id: scope.project.id, name: scope.project.name, domain: defaultDomain },
          roles: scope.roles.map((name) => ({ id: identityId("role", name), name })),
        }
      : { ...common, aud: "identity", roles: [] };
    return { token: await wiring.signer.sign(claims), claims };
  };

import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import type { IdentityStore } from "../ports/identity-store.ts";
import type { TokenReader } from "../ports/token-signer.ts";
import { subjectToken } from "./subject-token.ts";

export interface RevokeTokenWiring {
  readonly identities: Pick<IdentityStore, "revokeToken">;
  readonly tokens: TokenReader;
  readonly clock: Clock;
}

/**
 * Ends one token, the asker's own or, for admins, anybody's. Those that were got with it stay good, as in Keystone.
 * Throws as subjectToken does: NotFound for one that has ended or was revoked before.
 */
export const revokeToken =
  ({ identities, tokens, clock }: RevokeTokenWiring) =>
  async (caller: Caller, subject: string | undefined): Promise<void> => {
    const { sub, jti, exp } = await subjectToken(tokens, caller, subject, "revoke_token");
    const now = Math.floor(clock().getTime() / 1000);
    await identities.revokeToken({ userId: sub, tokenId: jti, expiresAt: exp }, now);
  };

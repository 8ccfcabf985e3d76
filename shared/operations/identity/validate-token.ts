import { type Caller, isAdmin } from "../../domain/caller.ts";
import { missing } from "../../domain/identity/refusals.ts";
import type { TokenClaims } from "../../domain/identity/token-claims.ts";
import { Forbidden, NotFound, Unauthorized } from "../../errors.ts";
import type { TokenReader } from "../../ports/token-signer.ts";

/**
 * What a token says, for its own user and for admins; others get Forbidden. A token that is not valid (any more)
 * is NotFound, as in Keystone: a 401 would say that the asker's own token is bad.
 */
export const validateToken =
  ({ tokens }: { tokens: TokenReader }) =>
  async (caller: Caller, subject: string | undefined): Promise<TokenClaims> => {
    if (subject === undefined || subject === "") throw missing("X-Subject-Token", "request headers");
    const claims = await tokens.read(subject).catch((error: unknown) => {
      throw error instanceof Unauthorized ? new NotFound("Could not find token.") : error;
    });
    if (claims.sub !== caller.userId && !isAdmin(caller)) {
      throw new Forbidden("You are not authorized to perform the requested action: identity:validate_token.");
    }
    return claims;
  };

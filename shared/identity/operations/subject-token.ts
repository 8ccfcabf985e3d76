import { type Caller, isAdmin } from "../../caller.ts";
import { NotFound, Unauthorized } from "../../errors.ts";
import { notAuthorized } from "../domain/refusals.ts";
import type { TokenClaims } from "../domain/token-claims.ts";
import type { TokenReader } from "../ports/token-signer.ts";

/**
 * The token that a call is about (X-Subject-Token), for its own user and for admins; others get Forbidden, which names
 * Keystone's rule `action`. One that is not valid (any more) is NotFound, as in Keystone: a 401 would say that the
 * asker's own token is bad. Without the header there is nothing that could be the asker's own.
 */
export async function subjectToken(
  tokens: TokenReader,
  caller: Caller,
  subject: string | undefined,
  action: string,
): Promise<TokenClaims> {
  if (subject === undefined && !isAdmin(caller)) throw notAuthorized(action);
  if (subject === undefined || subject === "") throw new NotFound("No token in the request");
  const claims = await tokens.read(subject).catch((error: unknown) => {
    throw error instanceof Unauthorized ? new NotFound("Could not find token.") : error;
  });
  if (claims.sub !== caller.userId && !isAdmin(caller)) throw notAuthorized(action);
  return claims;
}

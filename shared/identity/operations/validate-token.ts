import type { Caller } from "../../caller.ts";
import type { TokenClaims } from "../domain/token-claims.ts";
import type { TokenReader } from "../ports/token-signer.ts";
import { subjectToken } from "./subject-token.ts";

/** What a token says. Throws as subjectToken does. */
export const validateToken =
  ({ tokens }: { tokens: TokenReader }) =>
  (caller: Caller, subject: string | undefined): Promise<TokenClaims> =>
    subjectToken(tokens, caller, subject, "validate_token");

import { callerOf } from "../../domain/identity/token-claims.ts";
import type { TokenVerifier } from "../../ports/token-verifier.ts";
import { type JwtReaderWiring, jwtTokenReader } from "./jwt-token-reader.ts";

/**
 * The caller of a token. With audience `image` only project-scoped tokens pass; with `identity` unscoped ones do,
 * whose caller has an empty project.
 */
export function jwtTokenVerifier(wiring: JwtReaderWiring): TokenVerifier {
  const reader = jwtTokenReader(wiring);
  return { verify: async (token) => callerOf(await reader.read(token)) };
}

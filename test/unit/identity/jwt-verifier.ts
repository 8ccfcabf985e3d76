import type { TokenVerifier } from "../../../shared/http/token-verifier.ts";
import {
  type JwtReaderWiring,
  jwtTokenReader,
} from "../../../shared/identity/adapters/jwt/jwt-token-reader.ts";
import { callerOfClaims } from "../../../shared/identity/domain/token-claims.ts";

/** The callers of tokens, as functions/wiring/token-verifier.ts puts them together, without revocations. */
export function jwtTokenVerifier(wiring: JwtReaderWiring): TokenVerifier {
  const reader = jwtTokenReader(wiring);
  return { verify: async (token) => callerOfClaims(await reader.read(token)) };
}

import type { TokenVerifier } from "../../../http/token-verifier.ts";
import { callerOf } from "../../domain/token-claims.ts";
import { type EpochCheckWiring, epochCheckedReader } from "./epoch-checked-reader.ts";
import { type JwtReaderWiring, jwtTokenReader } from "./jwt-token-reader.ts";

export interface JwtVerifierWiring extends JwtReaderWiring {
  /** Absent: a token is good until its end. */
  readonly revocations?: Omit<EpochCheckWiring, "reader">;
}

/**
 * The caller of a token. With audience `image` only project-scoped tokens pass; with `identity` unscoped ones do,
 * whose caller has an empty project.
 */
export function jwtTokenVerifier({ revocations, ...wiring }: JwtVerifierWiring): TokenVerifier {
  const signed = jwtTokenReader(wiring);
  const reader = revocations ? epochCheckedReader({ reader: signed, ...revocations }) : signed;
  return { verify: async (token) => callerOf(await reader.read(token)) };
}

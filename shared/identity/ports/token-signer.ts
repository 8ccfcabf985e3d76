import type { JwkSet } from "../../signatures/jwk-set.ts";
import type { TokenClaims } from "../domain/token-claims.ts";

export interface TokenSigner {
  /** A JWT over exactly these claims: ES256, header `alg`, `kid` and `typ`. */
  sign(claims: TokenClaims): Promise<string>;
  /** The public keys that `sign` signs with now. */
  publicKeys(): Promise<JwkSet>;
}

/** The other side of a signer. */
export interface TokenReader {
  /** All that a token says. Throws Unauthorized for anything but a valid, unexpired token. */
  read(token: string): Promise<TokenClaims>;
}

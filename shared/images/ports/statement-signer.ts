import type { SigningJwk } from "../../signatures/jwk-set.ts";

/** The key that statements about images are signed with, and nothing else. */
export interface StatementSigner {
  /** The same at each call. */
  publicKey(): Promise<SigningJwk>;
  /** ECDSA on P-256 with SHA-256 of the message, in DER. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

import type { SigningJwk } from "../../signatures/jwk-set.ts";

/** For whom a statement is: who uploaded an image is told to its owner and to admins. */
export type StatementReader = "anybody" | "owner";

/** A signature that was made, by what it is of. */
export interface KeptSignature {
  /** SHA-256 of the payload, hex. */
  readonly payload_sha256: string;
  readonly kid: string;
  /** Base64 of the DER form. */
  readonly sig: string;
}

/** What lies beside images about statements: all public keys that ever signed one, and the latest signatures. */
export interface ProvenanceRecords {
  /** In the order of their kids. No key is ever taken away: what it signed is to be verified for as long as somebody has it. */
  keys(): Promise<readonly SigningJwk[]>;
  /** Idempotent. */
  publish(key: SigningJwk): Promise<void>;
  /** The latest that was kept, unless it was forgotten since: signatures are kept for some weeks. */
  find(imageId: string, reader: StatementReader): Promise<KeptSignature | undefined>;
  /** In place of what was kept before. */
  keep(imageId: string, reader: StatementReader, signature: KeptSignature, until: string): Promise<void>;
}

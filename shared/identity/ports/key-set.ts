import type { JwkSet } from "../../signatures/jwk-set.ts";

/** The public keys whose signatures are trusted. */
export interface KeySet {
  /** All published keys, with every publication that has returned; empty before the first. */
  read(): Promise<JwkSet>;
}

export interface PublishedKeySet extends KeySet {
  /** Adds what is missing and removes nothing: tokens of older keys stay valid. Safe against others publishing. */
  publish(keys: JwkSet): Promise<void>;
}

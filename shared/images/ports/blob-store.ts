import { GlanceError } from "../../errors.ts";

export interface StoredBlob {
  readonly size: number;
  /** The store's own mark of these bytes. */
  readonly etag: string;
  /** ISO 8601, by the store's clock; absent when it does not say. */
  readonly modifiedAt?: string;
}

/** The store is throttling or failing after all retries. 500, never 503: this can be the answer to a PUT. */
export class BlobStoreFailed extends GlanceError {
  readonly status = 500;
}

/**
 * Image bytes, as every store has them. A key is written once and never overwritten. Transient failures are retried by
 * the adapter. A store that clients send bytes to by themselves is a PresigningStore.
 */
export interface BlobStore {
  /** Stores a small object whole, and returns its etag. An object that is there already is left as it is. */
  put(key: string, bytes: Uint8Array): Promise<string>;
  /** Undefined when there is no such object. */
  head(key: string): Promise<StoredBlob | undefined>;
  /** Bytes from `offset`; fewer only at the end of the object. */
  read(key: string, offset: number, length: number): Promise<Uint8Array>;
  /** Idempotent. */
  delete(key: string): Promise<void>;
}

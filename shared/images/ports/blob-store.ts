import { GlanceError } from "../../errors.ts";

export interface StoredPart {
  readonly number: number;
  readonly size: number;
  /** MD5 of the part, hex, without quotes. */
  readonly etag: string;
}

export interface StoredBlob {
  readonly size: number;
  readonly etag: string;
  /** ISO 8601, by the store's clock; absent when it does not say. */
  readonly modifiedAt?: string;
}

/** The multipart upload is not there: completed, aborted or never made. */
export class UploadGone extends Error {}

/** The store refused the list of parts: a part is missing, changed, or too small. */
export class PartsRefused extends GlanceError {
  readonly status = 400;
}

/** The store is throttling or failing after all retries. 500, never 503: this can be the answer to a PUT. */
export class BlobStoreFailed extends GlanceError {
  readonly status = 500;
}

/** Image bytes. A key is written once and never overwritten. Transient failures are retried by the adapter. */
export interface BlobStore {
  /** Opens a multipart upload and returns its id. */
  createUpload(key: string): Promise<string>;
  /** A URL for one PUT of exactly `size` bytes as part `number`, 1 to 10,000. */
  signPart(
    key: string,
    uploadId: string,
    number: number,
    size: number,
    expiresInSeconds: number,
  ): Promise<string>;
  /** Parts that are stored, by number, one page. Throws UploadGone. */
  listParts(
    key: string,
    uploadId: string,
    after?: number,
  ): Promise<{ readonly parts: readonly StoredPart[]; readonly next?: number }>;
  /**
   * Makes the object of these parts, one at least, in their order. Atomic: readers see all of it or nothing.
   * An object that is there already is left as it is (the caller compares it with `head`).
   * Throws UploadGone, PartsRefused.
   */
  completeUpload(
    key: string,
    uploadId: string,
    parts: readonly Pick<StoredPart, "number" | "etag">[],
  ): Promise<void>;
  /** Idempotent: an upload that is gone is fine. */
  abortUpload(key: string, uploadId: string): Promise<void>;
  /** Stores a small object whole, and returns its etag. An object that is there already is left as it is. */
  put(key: string, bytes: Uint8Array): Promise<string>;
  /** Undefined when there is no such object. */
  head(key: string): Promise<StoredBlob | undefined>;
  /** Bytes from `offset`; fewer only at the end of the object. */
  read(key: string, offset: number, length: number): Promise<Uint8Array>;
  /** A URL for GET of the whole object or any range of it, answered as application/octet-stream. */
  signDownload(key: string, expiresInSeconds: number): Promise<string>;
  /** Idempotent. */
  delete(key: string): Promise<void>;
}

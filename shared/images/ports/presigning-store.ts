import { GlanceError } from "../../errors.ts";
import type { BlobStore } from "./blob-store.ts";

export interface StoredPart {
  readonly number: number;
  readonly size: number;
  /** MD5 of the part, hex, without quotes. */
  readonly etag: string;
}

/** The multipart upload is not there: completed, aborted or never made. */
export class UploadGone extends Error {}

/** The store refused the list of parts: a part is missing, changed, or too small. */
export class PartsRefused extends GlanceError {
  readonly status = 400;
}

/** A store that clients send parts to, and fetch objects from, by URLs that were signed here. */
export interface PresigningStore extends BlobStore {
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
  /** A URL for GET of the whole object or any range of it, answered as application/octet-stream. */
  signDownload(key: string, expiresInSeconds: number): Promise<string>;
}

import type { BlobStore, ByteRange, StoredObject } from "./blob-store.ts";
import type { PresigningStore } from "./presigning-store.ts";

/** A store that takes copies of other stores' objects, part by part, so that a copy can be gone on with. */
export interface CopyTarget
  extends Pick<BlobStore, "put" | "head" | "read">,
    Pick<PresigningStore, "createUpload" | "listParts" | "completeUpload" | "abortUpload"> {
  /** Whether it may be that the store copies from that one by itself. */
  canCopyFrom(source: StoredObject["store"]): boolean;
  /**
   * Makes one part, 1 to 10,000, of a range of another store's object, without its bytes coming through here; one of this
   * number that is there gives way. False where that cannot be done: then they have to come. Throws BlobMissing of the
   * source, UploadGone.
   */
  copyPart(
    source: StoredObject,
    part: { readonly key: string; readonly uploadId: string; readonly number: number },
    range: Required<ByteRange>,
  ): Promise<boolean>;
  /** Stores one part in the same way, and returns its ETag; the store checks its MD5. Throws UploadGone. */
  sendPart(key: string, uploadId: string, number: number, bytes: Uint8Array): Promise<string>;
}

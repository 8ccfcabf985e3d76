import type { BlobStore, ByteRange, StoredBlob, StoredObject } from "./blob-store.ts";
import type { PresigningStore } from "./presigning-store.ts";

/** A store that takes copies of other stores' objects, part by part, so that a copy can be gone on with. */
export interface CopyTarget
  extends Pick<BlobStore, "put" | "head" | "read">,
    Pick<PresigningStore, "listParts" | "completeUpload" | "abortUpload"> {
  /**
   * Opens an upload in parts and returns its id. `wanted`: the id it is to have, a UUID, in a store that lets others choose
   * it; one of this id that is open already is gone on with.
   */
  createUpload(key: string, wanted?: string): Promise<string>;
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
  /**
   * Stores one part in the same way, and returns its ETag; the store checks its MD5. `offset`: where it lies in the
   * object, which a folder has to be told. `md5`: hex, where it is known already. The bytes may be changed when it is
   * over. Throws UploadGone.
   */
  sendPart(
    key: string,
    uploadId: string,
    number: number,
    bytes: Uint8Array,
    offset?: number,
    md5?: string,
  ): Promise<string>;
  /**
   * In a store whose keys are used again: the object, if it is what this upload has become. There `completeUpload` changes
   * nothing while another object has the key, and `abortUpload` deletes what the upload has become with it.
   */
  findCopied?(key: string, uploadId: string): Promise<StoredBlob | undefined>;
  /** There, too: forgets a completed upload, whose object stays. Idempotent. */
  forgetUpload?(uploadId: string): Promise<void>;
}

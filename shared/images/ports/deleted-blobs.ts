import type { BlobStore, StoredBlob } from "./blob-store.ts";

/** Objects that were deleted and that the store still keeps for a while. */
export interface DeletedBlobs {
  /**
   * Makes the object of this key readable again as it was before its deletion, and returns it; one that was not
   * deleted is returned as it is. Undefined when nothing is kept of it. Idempotent.
   */
  bringBack(key: string): Promise<StoredBlob | undefined>;
}

/** The same of a store that keeps nothing of what was deleted: it gives back only what is there yet. */
export const keptUntilDeleted = ({ head }: Pick<BlobStore, "head">): DeletedBlobs => ({ bringBack: head });

import type { StoredBlob } from "./blob-store.ts";

/** Objects that were deleted and that the store still keeps for a while. */
export interface DeletedBlobs {
  /**
   * Makes the object of this key readable again as it was before its deletion, and returns it; one that was not
   * deleted is returned as it is. Undefined when nothing is kept of it. Idempotent.
   */
  bringBack(key: string): Promise<StoredBlob | undefined>;
}

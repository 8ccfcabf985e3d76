import type { Image } from "../domain/image.ts";
import type { Transfer } from "../domain/transfer.ts";

/** The work that waits for a deleted image: its bytes, then what hangs on its record, then the record itself. */
export type DeletedStage = "scrub" | "leftovers" | "record";

export interface DeletedImage {
  readonly id: string;
  /** ISO 8601. */
  readonly deletedAt: string;
}

export interface DeletedPage {
  readonly images: readonly DeletedImage[];
  readonly next?: string;
}

/**
 * Deleted images by age: a port of its own beside the image store, because only upkeep needs it. Strongly
 * consistent; an image changes its stage in the transaction that changes its record.
 */
export interface DeletedImages {
  /** Those that wait for this work, deleted longest ago first, at most `limit`, starting after `after`. */
  waiting(stage: DeletedStage, limit: number, after?: string): Promise<DeletedPage>;
  /** All transfers of an image that are still recorded. */
  transfersOf(imageId: string): Promise<readonly Transfer[]>;
  /** Forgets a transfer that is over; one that is not stays. Idempotent. */
  forgetTransfer(transfer: Transfer): Promise<void>;
  /**
   * Forgets the record of an image in `deleted` whose leftovers are purged, if it still has this revision: false when
   * it has not. From then on its id may be used again.
   */
  forget(image: Image): Promise<boolean>;
}

import type { Image } from "../domain/image.ts";
import type { SignedParts } from "../domain/signed-parts.ts";
import type { Transfer } from "../domain/transfer.ts";

/**
 * Transfers beside their images. They begin and end by changes of an image; what is written here touches no image.
 * Strongly consistent. Ids may be any text, as for an image store.
 */
export interface TransferStore {
  findWithTransfer(
    imageId: string,
    transferId: string,
  ): Promise<{ readonly image: Image | undefined; readonly transfer: Transfer | undefined }>;

  /** Extends a transfer's life. False when it is no longer open. */
  touch(transfer: Transfer, expiresAt: string): Promise<boolean>;
  /**
   * Records what URLs are about to be signed, and extends the transfer's life. False when it is no longer open, or
   * when somebody has recorded more since `transfer` was read: read again then.
   */
  saveSigned(transfer: Transfer, signed: SignedParts, expiresAt: string): Promise<boolean>;
  /**
   * Keeps how far hashing has come, unless it is further already with the same object: false then, and for an aborted
   * transfer. A write of this call whose answer was lost counts as one.
   */
  saveHashing(transfer: Transfer): Promise<boolean>;

  /** Ids of transfers that are not over, in no particular order, at most `limit`, starting after `after`. */
  openTransfers(
    limit: number,
    after?: string,
  ): Promise<{
    readonly transfers: readonly { imageId: string; transferId: string }[];
    readonly next?: string;
  }>;
}

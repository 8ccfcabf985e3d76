import type { Deletion } from "../../images/domain/deletion.ts";
import type { Image } from "../../images/domain/image.ts";
import type { Transfer } from "../../images/domain/transfer.ts";

/** The image and the transfer that a key names, as a strong read has found them. */
export interface OwnersSeen {
  readonly image: Image | undefined;
  readonly transfer: Transfer | undefined;
}

/** The way of bytes that nobody refers to into the one operation that deletes bytes. */
export interface Orphans {
  /**
   * Writes the deletion in one transaction with the condition that image and transfer still are as they were
   * seen, absent ones included. False when they are not: look again.
   */
  scheduleDeletion(deletion: Deletion, seen: OwnersSeen): Promise<boolean>;
}

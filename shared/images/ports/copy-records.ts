import type { Hold, Transfer } from "../domain/transfer.ts";

/** What transfers are asked for besides where they are copies. Strongly consistent. */
export interface CopyRecords {
  /**
   * Takes a transfer that is not over in hand, or keeps it there, and extends its life. False when another run has it at the time
   * `now`, or when it is over.
   */
  hold(
    transfer: Transfer,
    hold: Hold & { readonly now: string; readonly expiresAt: string },
  ): Promise<boolean>;
  /** Ids of an image's transfers that are not over. */
  openTransfersOf(imageId: string): Promise<readonly string[]>;
}

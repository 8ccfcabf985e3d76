import { setTimeout as sleep } from "node:timers/promises";
import { Conflict } from "../../../errors.ts";
import type { Image } from "../../domain/image.ts";
import type { Transfer } from "../../domain/transfer.ts";
import type { Change } from "../../ports/change.ts";
import type { TransferStore } from "../../ports/transfer-store.ts";
import { existingTransfer, type TransferRef } from "./transfer-access.ts";
import { TransferFailed } from "./transfer-failed.ts";

/** A function is ended after 25 s. */
const PATIENCE_MS = 15_000;
const POLL_MS = 200;

/** The change after which a worker brings an upload, all of which has come, to the store that it is for. */
export const toBePlaced = (
  image: Image,
  transfer: Transfer,
  { size, checksum, os_hash_value }: { size: number; checksum: string; os_hash_value: string },
): Change => ({
  image: { before: image, after: image },
  writes: [
    {
      kind: "transfer",
      before: transfer,
      after: { ...transfer, state: "completing", statement: { size, checksum, os_hash_value } },
    },
  ],
});

/**
 * The image, when its bytes are in their store, or as it is when that takes long: it goes on by itself. Throws what the
 * upload failed with.
 */
export async function awaitPlaced(
  images: Pick<TransferStore, "findWithTransfer">,
  ref: TransferRef,
  { patienceMs = PATIENCE_MS }: { readonly patienceMs?: number | undefined },
): Promise<Image> {
  for (const end = Date.now() + patienceMs; ; ) {
    const { image, transfer } = await existingTransfer(images, ref);
    if (transfer.state === "complete") return image;
    if (transfer.state === "aborted") {
      const { code, message } = transfer.failure ?? {};
      if (code === undefined || message === undefined)
        throw new Conflict("The upload was aborted. Upload the image again.");
      throw new TransferFailed(code, message);
    }
    if (Date.now() >= end) return image;
    await sleep(POLL_MS);
  }
}

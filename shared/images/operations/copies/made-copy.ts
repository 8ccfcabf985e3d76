import { locationAt } from "../../domain/image.ts";
import { bytesOfTransfer } from "../../domain/transfer.ts";
import type { BlobStore, StoredBlob } from "../../ports/blob-store.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import { UploadGone } from "../../ports/presigning-store.ts";
import type { TransferStore } from "../../ports/transfer-store.ts";
import { takeName } from "../bytes/take-name.ts";
import { existingTransfer } from "../transfers/transfer-access.ts";
import type { CopyTransfer } from "./copy-ports.ts";

type Target = BlobStore & CopyTarget;

/** What the copy has become, if all of it was there already: in a store whose keys are used again others may have its key. */
export const madeCopy = (
  target: Target,
  { key, upload_id }: CopyTransfer,
): Promise<StoredBlob | undefined> =>
  target.findCopied && upload_id !== undefined ? target.findCopied(key, upload_id) : target.head(key);

/**
 * The object of a copy of which all parts are there; what failed attempts, or damage, have left under its key makes way.
 * Throws UploadGone where the copy is over, or the image has good bytes there.
 */
export async function namedCopy(
  images: Pick<TransferStore, "findWithTransfer">,
  target: Target,
  transfer: CopyTransfer,
): Promise<StoredBlob | undefined> {
  const { key, upload_id: uploadId, copy } = transfer;
  if (!target.findCopied || uploadId === undefined) return target.head(key);
  const ref = { imageId: transfer.image_id, transferId: transfer.id };
  const named = await takeName(target, { key, uploadId }, async () => {
    const now = await existingTransfer(images, ref);
    const place = locationAt(now.image, bytesOfTransfer(transfer));
    const makesWay = place === undefined || (place.damaged !== undefined && copy.replaces !== undefined);
    return now.transfer.state === "open" && makesWay;
  });
  if (!named) throw new UploadGone("The copy is over, or its place is taken.");
  return named;
}

/** Forgets the upload of a copy that the image has now. Left behind, it is swept away some day. */
export async function forgetCopied(target: Target, { upload_id }: CopyTransfer): Promise<void> {
  if (upload_id !== undefined) await target.forgetUpload?.(upload_id).catch(() => undefined);
}

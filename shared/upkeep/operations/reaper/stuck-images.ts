import { type Image, withoutData } from "../../../images/domain/image.ts";
import { imageEvent } from "../../../images/domain/image-events.ts";
import { transition } from "../../../images/domain/status.ts";
import { hasEnded, type Transfer } from "../../../images/domain/transfer.ts";
import { updateWithRetry } from "../../../images/operations/update-with-retry.ts";
import type { ImageStore } from "../../../images/ports/image-store.ts";
import type { TransferStore } from "../../../images/ports/transfer-store.ts";
import type { Decision } from "../job-run.ts";
import { isOld, youngSince } from "./age.ts";
import type { ReaperPorts } from "./reaper-ports.ts";

/** Image and transfer change in one transaction, so that even a minute would do. */
const GRACE_MS = 3_600_000;

interface Found {
  readonly image: Image;
  readonly transfer: Transfer | undefined;
}

/** Waits for data that no transfer brings any more. Staged bytes wait for an import, which is nobody's fault. */
const isStuck = ({ image, transfer }: Found): boolean =>
  (image.status === "saving" || image.status === "uploading") &&
  image.locations.length === 0 &&
  image.staged === null &&
  (!transfer || hasEnded(transfer));

async function readFound(
  images: Pick<ImageStore, "find"> & Pick<TransferStore, "findWithTransfer">,
  listed: Image,
): Promise<Found> {
  const { image, transfer } =
    listed.transfer_id === null
      ? { image: await images.find(listed.id), transfer: undefined }
      : await images.findWithTransfer(listed.id, listed.transfer_id);
  // The transfer that was read is of the image that was listed: another one has come, and the image is in order.
  return { image: image ?? { ...listed, status: "deleted" }, transfer };
}

/** Frees an image that waits for data which nobody brings: it is queued again, for the next upload. */
export async function judgeStuckImage(
  { images, clock }: Pick<ReaperPorts, "images" | "clock">,
  listed: Image,
): Promise<Decision | undefined> {
  const found = await readFound(images, listed);
  const { image, transfer } = found;
  const isSame = image.transfer_id === listed.transfer_id;
  if (!isSame || !isStuck(found) || !isOld(image.updated_at, youngSince(clock(), GRACE_MS))) return undefined;
  const act = async (): Promise<boolean> => {
    let isFreed = false;
    const read = () => readFound(images, listed);
    await updateWithRetry(images, read, (latest) => {
      isFreed = isStuck(latest) && latest.image.transfer_id === listed.transfer_id;
      if (!isFreed) return undefined;
      const status = transition(latest.image.status, "queued");
      const updated_at = clock().toISOString();
      const after: Image = { ...latest.image, ...withoutData, status, updated_at };
      return { image: { before: latest.image, after }, events: [imageEvent("image.update", after)] };
    });
    return isFreed;
  };
  const { status, transfer_id, updated_at } = image;
  const evidence = { status, transfer_id, transfer_state: transfer?.state ?? "none", updated_at };
  return { what: "queue image", why: "no transfer brings its data", evidence, act };
}

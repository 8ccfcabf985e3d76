import type { Image } from "../domain/image.ts";
import { imageEvent } from "../domain/notification.ts";
import { transition } from "../domain/status.ts";
import type { Transfer } from "../domain/transfer.ts";
import { GlanceError } from "../errors.ts";
import { type Change, RevisionConflict } from "../ports/image-store.ts";
import { type ComputedHashes, type FinishPorts, finishTransfer } from "./finish-transfer.ts";
import { hashStored } from "./hash-stored.ts";
import { type AttemptRef, existingAttempt } from "./transfer-access.ts";
import { updateWithRetry } from "./update-with-retry.ts";

export type FinalizeResult =
  | "nothing to do"
  | "activated"
  | "verified"
  | "mismatch"
  | "refused"
  | "continues";

/** The change that records a verification; a wrong statement takes the image out of use, with the reason. */
function verification(
  ports: FinishPorts,
  image: Image,
  transfer: Transfer,
  computed: ComputedHashes,
): Change {
  const now = ports.clock().toISOString();
  const isRight = image.checksum === computed.checksum && image.os_hash_value === computed.os_hash_value;
  const verifiedTransfer = { before: transfer, after: { ...transfer, verified: true } };
  if (isRight) {
    const integrity = { ...image.integrity, verified_at: now };
    return { image: { before: image, after: { ...image, integrity } }, transfer: verifiedTransfer };
  }
  const mismatch =
    `stated md5 ${image.checksum} and sha512 ${image.os_hash_value}, ` +
    `stored md5 ${computed.checksum} and sha512 ${computed.os_hash_value}`;
  const after: Image = {
    ...image,
    status: image.status === "active" ? transition(image.status, "deactivated") : image.status,
    // Restored, it would be in use again.
    ...(image.status === "pending_delete" && { status_before_delete: "deactivated" }),
    integrity: { ...image.integrity, mismatch },
    updated_at: now,
  };
  return {
    image: { before: image, after },
    transfer: verifiedTransfer,
    events: [imageEvent("image.update", after)],
  };
}

/**
 * What comes after a completion: finishes one that broke off, computes hashes that nobody stated, verifies those
 * that somebody did. Reads the object once; when `hasTime` says no it saves its state and queues itself again.
 * Idempotent and safe to run twice at once.
 */
export const finalizeImage =
  (ports: FinishPorts) =>
  async (ref: AttemptRef, hasTime: () => boolean): Promise<FinalizeResult> => {
    try {
      return await finalize(ports, ref, hasTime);
    } catch (error) {
      // Refused data is an outcome: the image is queued again and the transfer says why.
      if (error instanceof GlanceError && error.status < 500 && !(error instanceof RevisionConflict))
        return "refused";
      throw error;
    }
  };

async function finalize(
  ports: FinishPorts,
  ref: AttemptRef,
  hasTime: () => boolean,
): Promise<FinalizeResult> {
  const { images, blobs, queue } = ports;
  const found = await images.findWithTransfer(ref.imageId, ref.transferId);
  if (!found.image || !found.transfer) return "nothing to do";
  const wasCompleting = found.transfer.state === "completing";
  const attempt = { image: found.image, transfer: found.transfer };
  const { image, transfer } = wasCompleting ? await finishTransfer(ports)(attempt) : attempt;

  const isWaiting = transfer.state === "completing";
  const isUnverified =
    transfer.state === "complete" &&
    transfer.verified !== true &&
    image.location?.key === transfer.key &&
    image.status !== "deleted";
  if (!isWaiting && !isUnverified) return wasCompleting ? "activated" : "nothing to do";

  const size = transfer.statement?.size ?? image.size ?? 0;
  const computed = await hashStored(blobs, transfer, size, {
    hasTime,
    save: (hashing) => images.saveHashing({ ...transfer, hashing }),
  });
  if (!computed) {
    await queue.finalize(ref, 0);
    return "continues";
  }
  if (isWaiting) {
    const current = await existingAttempt(images, ref);
    const { transfer: ended } = await finishTransfer(ports)(current, { computed });
    return ended.state === "complete" ? "activated" : "nothing to do";
  }

  let result: FinalizeResult = "nothing to do";
  await updateWithRetry(
    images,
    () => existingAttempt(images, ref),
    (latest) => {
      const isData = latest.image.location?.key === latest.transfer.key && latest.image.status !== "deleted";
      if (!isData || latest.transfer.verified === true) return undefined;
      const change = verification(ports, latest.image, latest.transfer, computed);
      result = change.image.after.integrity.mismatch === undefined ? "verified" : "mismatch";
      return change;
    },
  );
  return result;
}

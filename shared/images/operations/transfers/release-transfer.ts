import type { Clock } from "../../../clock.ts";
import { afterBroken } from "../../domain/broken-upload.ts";
import { deletionsOfAttempt } from "../../domain/deletion.ts";
import { type Image, withoutData } from "../../domain/image.ts";
import { imageEvent, uploadFailed } from "../../domain/image-events.ts";
import { transition } from "../../domain/status.ts";
import { hasEnded, type TransferFailure, withoutSigned } from "../../domain/transfer.ts";
import { type Change, deletionWrite } from "../../ports/change.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { TransferStore } from "../../ports/transfer-store.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { existingTransfer, type TransferRef, type TransferWithImage } from "./transfer-access.ts";

export interface TransferRelease {
  /** The body broke off: remember how long it should have been. Else only an empty repeat is feared. */
  readonly broken: boolean;
  /** What whoever asks for the transfer's state is told. */
  readonly failure?: TransferFailure;
  /** Looks at the attempt as it is when it is released; false leaves it alone. */
  readonly when?: (attempt: TransferWithImage) => boolean;
}

/** Why there is no data, for those who were told of the upload. */
const reasonOf = ({ failure, broken }: TransferRelease): string =>
  failure?.message ?? (broken ? "the upload broke off" : "the upload was aborted");

/** The one change that ends an attempt without data: image queued again, bytes cut loose. */
function releaseChange({ image, transfer }: TransferWithImage, release: TransferRelease, now: Date): Change {
  // What becomes of an image that is imported its task says.
  const owns = image.transfer_id === transfer.id && !transfer.import;
  const broken_upload =
    transfer.size === 0
      ? image.broken_upload
      : afterBroken(image.broken_upload, release.broken ? transfer.size : null, now);
  const after: Image = owns
    ? {
        ...image,
        ...withoutData,
        broken_upload,
        status: transition(image.status, "queued"),
        updated_at: now.toISOString(),
      }
    : image;
  return {
    image: { before: image, after },
    writes: [
      {
        kind: "transfer",
        before: transfer,
        after: {
          ...withoutSigned(transfer),
          state: "aborted",
          ...(release.failure ? { failure: release.failure } : {}),
        },
      },
      ...deletionsOfAttempt(transfer, now).map(deletionWrite),
    ],
    events: [
      // Nobody was told of a copy.
      ...(transfer.stage === true || transfer.copy ? [] : [uploadFailed(image.id, reasonOf(release))]),
      ...(owns ? [imageEvent("image.update", after)] : []),
    ],
  };
}

/**
 * Ends an attempt that brings no data: the image is queued, the next attempt may begin, what was stored is
 * deleted. Idempotent. Returns whether this call ended it.
 */
export const releaseTransfer =
  ({ images, clock }: { images: ImageStore & TransferStore; clock: Clock }) =>
  async (ref: TransferRef, release: TransferRelease): Promise<boolean> => {
    let isReleased = false;
    await updateWithRetry(
      images,
      () => existingTransfer(images, ref),
      ({ image, transfer }) => {
        isReleased = !hasEnded(transfer) && release.when?.({ image, transfer }) !== false;
        return isReleased ? releaseChange({ image, transfer }, release, clock()) : undefined;
      },
    );
    return isReleased;
  };

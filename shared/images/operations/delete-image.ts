import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { Forbidden } from "../../errors.ts";
import type { Settings } from "../../settings.ts";
import { bytesToDelete, type Deletion, deletionOf, deletionsOfAttempt } from "../domain/deletion.ts";
import { bytesIn, type Image } from "../domain/image.ts";
import { imageEvent, uploadFailed } from "../domain/image-events.ts";
import { mayBecome, transition } from "../domain/status.ts";
import { hasEnded, type Transfer } from "../domain/transfer.ts";
import { enforce } from "../policy/image-policy.ts";
import { type Change, deletionWrite } from "../ports/change.ts";
import type { ImageStore } from "../ports/image-store.ts";
import type { MemberStore } from "../ports/member-store.ts";
import type { TransferStore } from "../ports/transfer-store.ts";
import { updateWithRetry } from "./update-with-retry.ts";
import { visibleImage } from "./visible-image.ts";

interface Ports {
  readonly images: ImageStore & MemberStore & TransferStore;
  readonly clock: Clock;
  readonly settings: Settings;
}

/** Whether the image waits in `pending_delete` with its bytes, as the operator wishes for images that have any. */
const waits = (image: Image, settings: Settings): boolean =>
  settings.delayed_delete && image.locations.length > 0 && mayBecome(image.status, "pending_delete");

/** What is deleted of an image: all of its bytes, as they are cut loose at this moment. */
export const bytesOf = (image: Image, now: Date): Deletion[] =>
  bytesIn(image).map((bytes) => deletionOf({ image_id: image.id, ...bytesToDelete(bytes) }, now));

/**
 * Deletes an image: gone for every reader when this returns. Its bytes, and those of an upload under way, get
 * deletions in the same transaction; the id stays taken. With `delayed_delete` an image that
 * has bytes keeps them, for the scrubber or whoever restores it.
 */
export const deleteImage =
  ({ images, clock, settings }: Ports) =>
  async (caller: Caller, id: string): Promise<void> => {
    const read = async () => {
      const image = await visibleImage(images, caller, id);
      const transfer =
        image.transfer_id === null
          ? undefined
          : (await images.findWithTransfer(id, image.transfer_id)).transfer;
      return { image, transfer };
    };
    const decide = ({ image, transfer }: { image: Image; transfer: Transfer | undefined }): Change => {
      enforce("delete_image", caller, image);
      if (image.protected) throw new Forbidden(`Image ${id} is protected and cannot be deleted.`);
      const now = clock();
      const at = now.toISOString();
      const running = transfer && !hasEnded(transfer) ? transfer : undefined;
      const isWaiting = waits(image, settings);
      const deletions = [
        ...(isWaiting ? [] : bytesOf(image, now)),
        ...(running ? deletionsOfAttempt(running, now) : []),
      ];
      const deleted: Image = {
        ...image,
        status: transition(image.status, isWaiting ? "pending_delete" : "deleted"),
        status_before_delete: image.status === "deactivated" ? "deactivated" : "active",
        transfer_id: null,
        updated_at: at,
        deleted_at: at,
      };
      return {
        image: { before: image, after: deleted },
        writes: [
          ...(running
            ? [{ kind: "transfer", before: running, after: { ...running, state: "aborted" } } as const]
            : []),
          ...deletions.map(deletionWrite),
        ],
        events: [
          imageEvent("image.delete", deleted),
          ...(running && running.stage !== true ? [uploadFailed(id, "the image was deleted meanwhile")] : []),
        ],
      };
    };

    await updateWithRetry(images, read, decide);
  };

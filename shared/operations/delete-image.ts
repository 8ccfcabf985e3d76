import type { Caller } from "../domain/caller.ts";
import { type Deletion, deletionOf } from "../domain/deletion.ts";
import type { Image } from "../domain/image.ts";
import { imageEvent, uploadFailed } from "../domain/notification.ts";
import { transition } from "../domain/status.ts";
import { isOver, type Transfer } from "../domain/transfer.ts";
import { Forbidden } from "../errors.ts";
import { enforce } from "../policy/image-policy.ts";
import type { Clock } from "../ports/clock.ts";
import type { Change, ImageStore } from "../ports/image-store.ts";
import type { WorkQueue } from "../ports/work-queue.ts";
import { updateWithRetry } from "./update-with-retry.ts";
import { visibleImage } from "./visible-image.ts";

interface Ports {
  readonly images: ImageStore;
  readonly queue: WorkQueue;
  readonly clock: Clock;
}

/**
 * Deletes an image: gone for every reader when this returns. Its bytes, and those of an upload under way, are
 * cut loose in the same transaction and deleted right after; the id stays taken.
 */
export const deleteImage =
  ({ images, queue, clock }: Ports) =>
  async (caller: Caller, id: string): Promise<void> => {
    let deletions: readonly Deletion[] = [];

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
      const running = transfer && !isOver(transfer) ? transfer : undefined;
      const stored = [image.location, image.staged].flatMap((bytes) =>
        bytes ? [{ image_id: id, key: bytes.key }] : [],
      );
      deletions = [...stored, ...(running ? [running] : [])].map((bytes) => deletionOf(bytes, now));
      const deleted: Image = {
        ...image,
        status: transition(image.status, "deleted"),
        transfer_id: null,
        updated_at: at,
        deleted_at: at,
      };
      return {
        image: { before: image, after: deleted },
        ...(running ? { transfer: { before: running, after: { ...running, state: "aborted" } } } : {}),
        deletions,
        events: [
          imageEvent("image.delete", deleted),
          ...(running && running.stage !== true ? [uploadFailed(id, "the image was deleted meanwhile")] : []),
        ],
      };
    };

    await updateWithRetry(images, read, decide);
    // The image is gone whatever becomes of these messages: the reaper finds the records that stay behind.
    await Promise.allSettled(deletions.map((deletion) => queue.remove({ deletionId: deletion.id })));
  };

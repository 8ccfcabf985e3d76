import type { Clock } from "../../clock.ts";
import { transition } from "../../images/domain/status.ts";
import { bytesOf } from "../../images/operations/delete-image.ts";
import { updateWithRetry } from "../../images/operations/update-with-retry.ts";
import { deletionWrite } from "../../images/ports/change.ts";
import type { DeletedImage, DeletedImages } from "../../images/ports/deleted-images.ts";
import type { ImageStore } from "../../images/ports/image-store.ts";
import type { Settings } from "../../settings.ts";
import { type FencePorts, mayDelete } from "./restore-fence.ts";
import type { Job } from "./run-job.ts";
import { walkDeleted } from "./walk-deleted.ts";

export interface ScrubberPorts extends FencePorts {
  readonly images: ImageStore;
  readonly deletedImages: DeletedImages;
  readonly clock: Clock;
  readonly settings: Settings;
}

/** `deleted`, its bytes cut loose in the same transaction; false when somebody restored or scrubbed it before. */
async function scrub({ images, clock }: ScrubberPorts, { id, deletedAt }: DeletedImage): Promise<boolean> {
  let isScrubbed = false;
  await updateWithRetry(
    images,
    async () => {
      const image = await images.find(id);
      if (!image) throw new Error(`image ${id} waits for the scrubber and has no record`);
      return { image };
    },
    ({ image }) => {
      // Restored and deleted again, it has another time to wait for.
      isScrubbed = image.status === "pending_delete" && image.deleted_at === deletedAt;
      if (!isScrubbed) return undefined;
      const now = clock();
      return {
        image: {
          before: image,
          after: { ...image, status: transition(image.status, "deleted"), updated_at: now.toISOString() },
        },
        writes: bytesOf(image, now).map(deletionWrite),
      };
    },
  );
  return isScrubbed;
}

/**
 * The scrubber ends the wait of images that have been in `pending_delete` for `scrub_time`: their bytes are deleted as
 * those of any deleted image. Of a scrub and a restoration at the same time exactly one wins, by the image's revision.
 * Safe to kill anywhere and to run twice at once.
 */
export const scrubber = (ports: ScrubberPorts): Job => ({
  name: "scrubber",
  run: async (run) => {
    if (!(await mayDelete(ports, run))) return;
    const { deletedImages, clock, settings } = ports;
    const dueBefore = new Date(clock().getTime() - settings.scrub_time * 1000).toISOString();
    await walkDeleted(deletedImages, run, {
      stage: "scrub",
      dueBefore,
      atOnce: settings.scrub_pool_size,
      judge: async (image) => ({
        what: "scrub image",
        why: "it has been pending_delete for scrub_time",
        evidence: { deleted_at: image.deletedAt, due_before: dueBefore },
        act: () => scrub(ports, image),
      }),
    });
  },
});

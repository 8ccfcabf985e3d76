import type { WorkQueue } from "../../../aws/work-queue.ts";
import type { Deletion } from "../../domain/deletion.ts";
import { deletionsIn } from "../../ports/change.ts";
import type { ImageStore } from "../../ports/image-store.ts";

/**
 * Hints to the delete worker that these deletions wait, all at once. Never throws: the deletions are in the table
 * already, and the reaper finds those whose hint was lost.
 */
export async function hintDeletions(
  queue: Pick<WorkQueue, "deleteBytes">,
  deletions: readonly Pick<Deletion, "id">[],
): Promise<void> {
  await Promise.allSettled(deletions.map(async ({ id }) => queue.deleteBytes({ deletionId: id })));
}

/** An image store that hints at the deletions of each change as soon as it is written, so that bytes go at once. */
export const hintingDeletions = <Store extends Pick<ImageStore, "commit">>(
  images: Store,
  queue: Pick<WorkQueue, "deleteBytes">,
): Store => ({
  ...images,
  commit: async (change) => {
    const written = await images.commit(change);
    await hintDeletions(queue, deletionsIn(change));
    return written;
  },
});

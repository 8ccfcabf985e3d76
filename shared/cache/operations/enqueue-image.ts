import type { WorkQueue } from "../../aws/work-queue.ts";
import type { Clock } from "../../clock.ts";
import type { Image } from "../../images/domain/image.ts";
import { isCacheOf } from "../domain/cached-image.ts";
import type { CacheRecords } from "../ports/cache-records.ts";

export interface EnqueuePorts {
  readonly records: CacheRecords;
  readonly queue: Pick<WorkQueue, "cache">;
  readonly clock: Clock;
}

/**
 * Hints to the cache worker that there is something to do for this image. Never throws: what is due is in the table,
 * where the prefetcher and the cleaner find it when a hint was lost.
 */
export const hintCache = async (queue: Pick<WorkQueue, "cache">, imageId: string): Promise<void> => {
  await Promise.allSettled([queue.cache({ imageId }, 0)]);
};

/**
 * Puts an image into the queue of the cache, and hints at it; one whose attempts failed is due at once again. Nothing is
 * to do for one that is cached. Of two at once both find it queued.
 */
export const enqueueImage =
  ({ records, queue, clock }: EnqueuePorts) =>
  async (image: Image): Promise<void> => {
    const cached = await records.findCached(image.id);
    if (cached && isCacheOf(cached, image)) return;
    const before = await records.findQueued(image.id);
    if (!before) {
      const at = clock().toISOString();
      const after = { image_id: image.id, revision: 0, queued_at: at, progress_at: at };
      await records.commit({ queued: { before, after } });
    } else if (before.failure) {
      const { failure: _, ...after } = before;
      await records.commit({ queued: { before, after } });
    }
    await hintCache(queue, image.id);
  };

import type { WorkQueue } from "../../aws/work-queue.ts";
import type { Clock } from "../../clock.ts";
import type { Image } from "../../images/domain/image.ts";
import { isCacheOf } from "../domain/cached-image.ts";
import { isHeld, type QueuedImage } from "../domain/queued-image.ts";
import type { CacheRecords } from "../ports/cache-records.ts";

export interface EnqueuePorts {
  readonly records: CacheRecords;
  readonly queue: Pick<WorkQueue, "cache">;
  readonly clock: Clock;
}

/** What the next copy of an image is to be good for. */
export type Wants = Pick<QueuedImage, "needs_copy" | "is_followed">;

/**
 * Hints to the cache worker that there is something to do for this image. Never throws: what is due is in the table,
 * where the prefetcher and the cleaner find it when a hint was lost.
 */
export const hintCache = async (queue: Pick<WorkQueue, "cache">, imageId: string): Promise<void> => {
  await Promise.allSettled([queue.cache({ imageId }, 0)]);
};

const added = async ({ records, clock }: EnqueuePorts, imageId: string, wants: Wants): Promise<void> => {
  const at = clock().toISOString();
  const after = { image_id: imageId, revision: 0, queued_at: at, progress_at: at, ...wants };
  await records.commit({ queued: { before: undefined, after } });
};

/**
 * Puts an image into the queue of the cache, and hints at it; one whose attempts failed is due at once again, whatever
 * they found. Nothing is to do for one that is cached. Of two at once both find it queued.
 */
export const enqueueImage =
  (ports: EnqueuePorts) =>
  async (image: Image): Promise<void> => {
    const { records, queue, clock } = ports;
    const cached = await records.findCached(image.id);
    if (cached && isCacheOf(cached, image)) return;
    const before = await records.findQueued(image.id);
    if (!before) await added(ports, image.id, {});
    else if (before.failure && !isHeld(before, clock())) {
      const { failure: _, ...after } = before;
      await records.commit({ queued: { before, after } });
    }
    await hintCache(queue, image.id);
  };

/**
 * The same for an image that can be served from a copy only: no place of our own has it, or has it any more. Hurries
 * nothing that is under way; what failed for good, of other places than the image has now, is begun anew.
 */
export const enqueueCopy =
  (ports: EnqueuePorts) =>
  async (image: Image, before: QueuedImage | undefined, more: Wants = {}): Promise<void> => {
    const { records, queue, clock } = ports;
    const wants = { needs_copy: true as const, ...more };
    if (!before) await added(ports, image.id, wants);
    else {
      const isOver = before.failure?.final === true;
      const isWanted = before.needs_copy && (before.is_followed || !wants.is_followed);
      if (isHeld(before, clock()) || (isWanted && !isOver)) return;
      const { failure, ...rest } = before;
      const after = { ...rest, ...wants, ...(failure && !isOver && { failure }) };
      await records.commit({ queued: { before, after } });
    }
    await hintCache(queue, image.id);
  };

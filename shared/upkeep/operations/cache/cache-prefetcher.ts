import type { WorkQueue } from "../../../aws/work-queue.ts";
import { isCacheOn } from "../../../cache/domain/is-cache-on.ts";
import { isHandedOn, isHeld, mayTryAgain, type QueuedImage } from "../../../cache/domain/queued-image.ts";
import type { CacheRecords } from "../../../cache/ports/cache-records.ts";
import type { Clock } from "../../../clock.ts";
import type { Settings } from "../../../settings.ts";
import type { Job } from "../run-job.ts";

export interface PrefetcherPorts {
  readonly records: Pick<CacheRecords, "listQueued" | "commit">;
  readonly queue: Pick<WorkQueue, "cache">;
  readonly clock: Clock;
  readonly settings: Pick<Settings, "image_cache_dir">;
}

/** Twice as long as a part takes on a slow line: a copy that a worker has in hand gets somewhere before. */
const IN_HAND_MS = 120_000;

/** Sends a message and writes that down, unless its worker has the image in hand already. */
async function handOn({ records, queue, clock }: PrefetcherPorts, queued: QueuedImage): Promise<void> {
  await queue.cache({ imageId: queued.image_id }, 0);
  const after = { ...queued, handed_at: clock().toISOString() };
  await records.commit({ queued: { before: queued, after } });
}

/**
 * Hands queued images to the cache worker again whose hint was lost, whose worker was killed, or whose last attempt
 * failed long enough ago; each once in twenty minutes, however long the worker's queue is. A message too much costs a
 * look. Safe to kill anywhere and to run twice at once.
 */
export const cachePrefetcher = (ports: PrefetcherPorts): Job => ({
  name: "cache-prefetcher",
  run: async (run) => {
    const { records, clock, settings } = ports;
    if (!isCacheOn(settings)) return;
    const now = clock();
    const isInHand = (queued: QueuedImage) =>
      isHeld(queued, now) || Date.parse(queued.progress_at) > now.getTime() - IN_HAND_MS;
    for await (const queued of records.listQueued()) {
      if (!run.bounds.isLeft()) return run.leavesRest();
      run.bounds.spend({ objects: 1 });
      const { image_id: id, queued_at: since, progress_at, copy, failure } = queued;
      await run.consider({ kind: "queued image", id, since }, async () => {
        if (isInHand(queued) || isHandedOn(queued, now) || !mayTryAgain(queued, now)) return undefined;
        return {
          what: "hand on",
          why: "it waits, and nobody has it in hand",
          evidence: { progress_at, bytes_copied: copy?.offset ?? 0, attempts_failed: failure?.times ?? 0 },
          act: () => handOn(ports, queued),
        };
      });
    }
  },
});

import type { Caller } from "../../caller.ts";
import { isCacheOn } from "../domain/is-cache-on.ts";
import { enforceCache } from "../policy/cache-access.ts";
import { hintCache } from "./enqueue-image.ts";
import type { CacheApiPorts } from "./queue-image.ts";
import { dequeue, evict, removeImage } from "./remove-image.ts";

export type ClearTarget = "cache" | "queue" | "both";

/** So many at the same time: a cache of 20,000 is empty before a gateway gives up. */
const AT_ONCE = 50;

async function each<Kept>(some: AsyncIterable<Kept>, work: (one: Kept) => Promise<void>): Promise<void> {
  let batch: Promise<void>[] = [];
  for await (const one of some) {
    batch.push(work(one));
    if (batch.length < AT_ONCE) continue;
    await Promise.all(batch);
    batch = [];
  }
  await Promise.all(batch);
}

/** Takes all images out of the cache, the queue or both. Idempotent: what a broken-off call left, the next one takes. */
export const clearCache =
  (ports: CacheApiPorts) =>
  async (caller: Caller, targetOf: () => ClearTarget): Promise<void> => {
    enforceCache("cache_delete", caller, isCacheOn(ports.settings));
    const target = targetOf();
    const { records, queue } = ports;
    if (target !== "cache")
      await each(records.listQueued(), async (queued) => {
        if (!(await dequeue(ports)(queued))) await removeImage(ports)(queued.image_id);
        if (queued.copy) await hintCache(queue, queued.image_id);
      });
    if (target !== "queue")
      await each(records.listCached(), async (cached) => {
        if (await evict(ports)(cached)) return;
        const now = await records.findCached(cached.image_id);
        if (now) await evict(ports)(now);
      });
  };

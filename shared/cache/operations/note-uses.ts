import type { Clock } from "../../clock.ts";
import type { CachedImage } from "../domain/cached-image.ts";
import type { CacheRecords } from "../ports/cache-records.ts";

/** A use is written down at most so often for each image; those in between are counted and written with the next one. */
const EVERY_MS = 60_000;
/** Images whose uses are counted here before they are written: what is counted for others meanwhile is lost. */
const MOST_COUNTED = 1000;

/**
 * Notes that cached images were read. Counts in memory what is not written yet, so that an image that many read costs
 * one write a minute: its hits are never more than there were, and fewer when a function ends that has counted some.
 */
export function noteUses({ records, clock }: { readonly records: CacheRecords; readonly clock: Clock }) {
  const counted = new Map<string, number>();
  return async ({ image_id, last_accessed }: CachedImage): Promise<void> => {
    const at = clock();
    const hits = (counted.get(image_id) ?? 0) + 1;
    if (counted.size >= MOST_COUNTED) counted.clear();
    counted.set(image_id, hits);
    const notSince = new Date(at.getTime() - EVERY_MS);
    if (last_accessed !== null && last_accessed > notSince.toISOString()) return;
    if (await records.noteUse(image_id, { hits, at, notSince })) counted.delete(image_id);
  };
}

import type { Caller } from "../../caller.ts";
import type { Settings } from "../../settings.ts";
import { type CachedImage, lastUseOf } from "../domain/cached-image.ts";
import { isCacheOn } from "../domain/is-cache-on.ts";
import { enforceCache } from "../policy/cache-access.ts";
import type { CacheRecords } from "../ports/cache-records.ts";
import { MOST_CACHED } from "./list-cache.ts";
import type { CacheApiPorts } from "./queue-image.ts";
import { evict } from "./remove-image.ts";

/** An image that is cached where it is takes no room. */
const bytesOf = ({ key, size }: CachedImage): number => (key === null ? 0 : size);

/**
 * The images to take out, least recently used first, so that the copies that are left have no more than
 * `image_cache_max_size` bytes, and no more images are left than an answer can tell. Images without a copy only count.
 */
export async function findExcess(
  records: Pick<CacheRecords, "listCached">,
  { image_cache_max_size }: Pick<Settings, "image_cache_max_size">,
): Promise<readonly CachedImage[]> {
  const all = await Array.fromAsync(records.listCached());
  all.sort((one, other) => (lastUseOf(one) < lastUseOf(other) ? -1 : 1));
  let bytes = all.reduce((sum, cached) => sum + bytesOf(cached), 0);
  let count = all.length;
  const excess: CachedImage[] = [];
  for (const cached of all) {
    const isTooMany = count > MOST_CACHED;
    if (!isTooMany && bytes <= image_cache_max_size) break;
    if (!isTooMany && cached.key === null) continue;
    excess.push(cached);
    bytes -= bytesOf(cached);
    count--;
  }
  return excess;
}

/** A request ends before its gateway gives up; the pruner takes the rest. */
const LONGEST_MS = 15_000;

/** Prunes the cache as its job does, for whoever cannot wait. Tells what it took. */
export const pruneCache =
  (ports: CacheApiPorts) =>
  async (caller: Caller): Promise<{ readonly files: number; readonly bytes: number }> => {
    enforceCache("cache_prune", caller, isCacheOn(ports.settings));
    const end = ports.clock().getTime() + LONGEST_MS;
    let [files, bytes] = [0, 0];
    for (const cached of await findExcess(ports.records, ports.settings)) {
      if (ports.clock().getTime() > end) break;
      if (!(await evict(ports)(cached))) continue;
      files++;
      bytes += bytesOf(cached);
    }
    return { files, bytes };
  };

import type { Caller } from "../../caller.ts";
import { type CachedImage, lastUseOf } from "../domain/cached-image.ts";
import { isCacheOn } from "../domain/is-cache-on.ts";
import type { QueuedImage } from "../domain/queued-image.ts";
import { enforceCache } from "../policy/cache-access.ts";
import type { CacheRecords } from "../ports/cache-records.ts";
import type { CacheApiPorts } from "./queue-image.ts";

/**
 * Most images in the cache: the pruner takes those that were used least lately. An answer without pages holds some
 * 20,000 (Lambda quotas: 6 MB).
 */
export const MOST_CACHED = 20_000;
/** Most of the queue that an answer tells. */
const MOST_QUEUED = 20_000;

export interface CacheState {
  readonly cached: readonly CachedImage[];
  readonly queued: readonly QueuedImage[];
}

/** The most lately used ones, latest first. */
const latest = (cached: readonly CachedImage[]): CachedImage[] =>
  [...cached].sort((one, other) => (lastUseOf(one) < lastUseOf(other) ? 1 : -1)).slice(0, MOST_CACHED);

async function firstOf<Kept>(some: AsyncIterable<Kept>, most: number): Promise<Kept[]> {
  const taken: Kept[] = [];
  for await (const one of some) if (taken.push(one) >= most) break;
  return taken;
}

/** What is cached and what waits, of all projects. */
export const listCache =
  ({ records, settings }: Pick<CacheApiPorts, "settings"> & { readonly records: CacheRecords }) =>
  async (caller: Caller): Promise<CacheState> => {
    enforceCache("cache_list", caller, isCacheOn(settings));
    const cached = await Array.fromAsync(records.listCached());
    return { cached: latest(cached), queued: await firstOf(records.listQueued(), MOST_QUEUED) };
  };

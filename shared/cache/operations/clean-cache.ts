import type { Caller } from "../../caller.ts";
import type { Image } from "../../images/domain/image.ts";
import { isDeleted } from "../../images/domain/status.ts";
import type { ImageStore } from "../../images/ports/image-store.ts";
import type { Settings } from "../../settings.ts";
import { type CachedImage, isCacheOf } from "../domain/cached-image.ts";
import { isCacheOn } from "../domain/is-cache-on.ts";
import { isReadable } from "../domain/is-readable.ts";
import { isStalled, type QueuedImage } from "../domain/queued-image.ts";
import { enforceCache } from "../policy/cache-access.ts";
import type { CacheRecords } from "../ports/cache-records.ts";
import { hintCache } from "./enqueue-image.ts";
import type { CacheApiPorts } from "./queue-image.ts";
import { dequeue, evict, type RemovalPorts } from "./remove-image.ts";

export interface StalePorts {
  readonly records: Pick<CacheRecords, "listCached" | "listQueued">;
  readonly images: Pick<ImageStore, "find">;
  readonly settings: Pick<Settings, "image_cache_dir" | "image_cache_stall_time">;
}

/** Something in the cache that is of no use, and why. */
export type Stale = { readonly why: string } & (
  | { readonly cached: CachedImage; readonly isGone: boolean }
  | { readonly queued: QueuedImage }
);

export const staleId = (stale: Stale): string =>
  "queued" in stale ? stale.queued.image_id : stale.cached.image_id;

const isGone = (image: Image | undefined): boolean => image === undefined || isDeleted(image.status);

/** Whether a cached image is of no use, by its image as it is now. */
export function staleCached(cached: CachedImage, image: Image | undefined): Stale | undefined {
  if (isGone(image)) return { cached, isGone: true, why: "its image is gone" };
  if (image && !isCacheOf(cached, image)) return { cached, isGone: false, why: "its image has other data" };
  return undefined;
}

/**
 * What of the cache takes room and is of no use any more, read as it is wanted; with the cache off, all of it. Images that
 * are cached where they are take none, and each look at one costs a read: the cleaner looks at those once a day.
 */
export async function* findStale(
  { records, images, settings }: StalePorts,
  now: Date,
): AsyncGenerator<Stale> {
  const isOff = !isCacheOn(settings);
  for await (const queued of records.listQueued()) {
    const image = isOff ? undefined : await images.find(queued.image_id);
    if (isOff) yield { queued, why: "the cache is off" };
    else if (isGone(image)) yield { queued, why: "its image is gone" };
    else if (image && !isReadable(image)) yield { queued, why: "nobody can read its image" };
    else if (isStalled(queued, now, settings.image_cache_stall_time))
      yield { queued, why: "nothing came of it for image_cache_stall_time" };
  }
  for await (const cached of records.listCached()) {
    if (isOff) yield { cached, isGone: false, why: "the cache is off" };
    if (isOff || cached.key === null) continue;
    const stale = staleCached(cached, await images.find(cached.image_id));
    if (stale) yield stale;
  }
}

/** Takes it out, if it is still as it was found; its bytes wait for their deletion. */
export const takeOut =
  (ports: RemovalPorts) =>
  (stale: Stale): Promise<boolean> =>
    "queued" in stale
      ? dequeue(ports)(stale.queued)
      : evict(ports)(stale.cached, stale.isGone ? "at once" : "when its URLs are over");

/** A request ends before its gateway gives up; the cleaner goes on. */
const LONGEST_MS = 15_000;

/** Takes out of the cache what is of no use, as its job does, for whoever cannot wait. */
export const cleanCache =
  (ports: CacheApiPorts) =>
  async (caller: Caller): Promise<void> => {
    enforceCache("cache_clean", caller, isCacheOn(ports.settings));
    const now = ports.clock();
    for await (const stale of findStale(ports, now)) {
      if (ports.clock().getTime() > now.getTime() + LONGEST_MS) return;
      await takeOut(ports)(stale);
      await hintCache(ports.queue, staleId(stale));
    }
  };

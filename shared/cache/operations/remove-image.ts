import type { Clock } from "../../clock.ts";
import type { Settings } from "../../settings.ts";
import type { CachedImage, RemovedCopy } from "../domain/cached-image.ts";
import type { QueuedImage } from "../domain/queued-image.ts";
import type { CacheRecords } from "../ports/cache-records.ts";

export interface RemovalPorts {
  readonly records: CacheRecords;
  readonly clock: Clock;
  readonly settings: Pick<Settings, "download_url_expires">;
}

/**
 * When the bytes of a copy go that was served until now: not before the last URL of it is over, unless the image itself
 * is gone, which nobody is to read any more.
 */
type When = "when its URLs are over" | "at once";

const ATTEMPTS = 8;

/** The bytes of its copy, if it has one. */
export const removedOf = (
  cached: CachedImage,
  ports: Pick<RemovalPorts, "clock" | "settings">,
  when: When = "when its URLs are over",
): RemovedCopy[] => {
  if (cached.key === null) return [];
  const graceMs = when === "at once" ? 0 : ports.settings.download_url_expires * 1000;
  const due_at = new Date(ports.clock().getTime() + graceMs).toISOString();
  return [{ image_id: cached.image_id, key: cached.key, due_at }];
};

/** What was copied so far; nobody has a URL of it. */
export const begunOf = (
  { image_id, copy }: Pick<QueuedImage, "image_id" | "copy">,
  now: Date,
): RemovedCopy[] =>
  copy
    ? [
        {
          image_id,
          key: copy.key,
          due_at: now.toISOString(),
          ...(copy.upload_id !== undefined && { upload_id: copy.upload_id }),
        },
      ]
    : [];

/** Takes a cached image out, if it is still as it was seen; its bytes wait for their deletion. */
export const evict =
  (ports: RemovalPorts) =>
  (cached: CachedImage, when: When = "when its URLs are over"): Promise<boolean> =>
    ports.records.commit({
      cached: { before: cached, after: undefined },
      removed: removedOf(cached, ports, when),
    });

/** Takes an image out of the queue, if it is still as it was seen, with what was copied of it. */
export const dequeue =
  (ports: Pick<RemovalPorts, "records" | "clock">) =>
  (queued: QueuedImage): Promise<boolean> =>
    ports.records.commit({
      queued: { before: queued, after: undefined },
      removed: begunOf(queued, ports.clock()),
    });

/** Takes an image out of cache and queue, whatever others do to it meanwhile; false when it was in neither. */
export const removeImage =
  (ports: RemovalPorts) =>
  async (imageId: string, when: When = "when its URLs are over"): Promise<boolean> => {
    for (let attempt = 1; ; attempt++) {
      const queued = await ports.records.findQueued(imageId);
      const cached = await ports.records.findCached(imageId);
      const isOut =
        (!queued || (await dequeue(ports)(queued))) && (!cached || (await evict(ports)(cached, when)));
      if (isOut) return attempt > 1 || queued !== undefined || cached !== undefined;
      if (attempt >= ATTEMPTS) throw new Error(`the cache's record of ${imageId} changes again and again`);
    }
  };

import type { Clock } from "../../clock.ts";
import type { Settings } from "../../settings.ts";
import type { CachedImage, RemovedCopy } from "../domain/cached-image.ts";
import { pieceKey } from "../domain/copy-key.ts";
import {
  type CopyUnderWay,
  PIECE_URL_SECONDS,
  pieceCount,
  type QueuedImage,
} from "../domain/queued-image.ts";
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

/**
 * The pieces of a copy, if it has any. One more may lie there than its record tells of: that of a run that was killed
 * before it said so.
 */
const piecesOf = (imageId: string, copy: CopyUnderWay, due: Date): RemovedCopy[] => {
  if (!copy.pieces) return [];
  const { key, offset, part_bytes, source } = copy;
  const pieces = Math.min(Math.ceil(offset / part_bytes) + 1, pieceCount(copy, source.size));
  return [{ image_id: imageId, key: pieceKey(key, 1), pieces, due_at: due.toISOString() }];
};

/** What was copied so far; who follows it reads no more of what is of no use. */
export const begunOf = (
  { image_id, copy }: Pick<QueuedImage, "image_id" | "copy">,
  now: Date,
): RemovedCopy[] => {
  if (!copy) return [];
  const { key, upload_id } = copy;
  const due_at = now.toISOString();
  const begun = { image_id, key, due_at, ...(upload_id !== undefined && { upload_id }) };
  return [begun, ...piecesOf(image_id, copy, now)];
};

/**
 * What was made on the way to what is cached now, the copy `key` or none: readers of pieces have their URLs still, and go
 * over to the copy.
 */
export const madeOf = (queued: QueuedImage, key: string | null, now: Date): RemovedCopy[] => {
  const { copy } = queued;
  if (copy?.key !== key) return begunOf(queued, now);
  return piecesOf(queued.image_id, copy, new Date(now.getTime() + PIECE_URL_SECONDS * 1000));
};

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

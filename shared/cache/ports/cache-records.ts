import type { CachedImage, RemovedCopy } from "../domain/cached-image.ts";
import type { QueuedImage } from "../domain/queued-image.ts";

/** A record as it was read, and as it shall be; undefined: it is not there. The store raises the revision. */
interface RecordChange<Kept> {
  readonly before: Kept | undefined;
  readonly after: Kept | undefined;
}

/** What is written of one image's cache at once. */
export interface CacheChange {
  readonly cached?: RecordChange<CachedImage>;
  readonly queued?: RecordChange<QueuedImage>;
  /** Bytes that the change lets go of. */
  readonly removed?: readonly RemovedCopy[];
}

/**
 * What is known of the cache. Every read is strongly consistent; ids may be any text that somebody has put into a path.
 * Nothing here touches bytes.
 */
export interface CacheRecords {
  findCached(imageId: string): Promise<CachedImage | undefined>;
  findQueued(imageId: string): Promise<QueuedImage | undefined>;
  /** In an order of its own, those behind that image if one is given, read as they are wanted. */
  listCached(after?: string): AsyncIterable<CachedImage>;
  /** In no order, read as they are wanted. */
  listQueued(): AsyncIterable<QueuedImage>;
  /**
   * Writes all of it in one transaction, on condition that each record is as it was read; false when one is not: read
   * again and decide again. Passing troubles of the database are retried, idempotently.
   */
  commit(change: CacheChange): Promise<boolean>;
  /**
   * Adds reads to a cached image, unless it is gone or somebody has written its last use after `notSince`: then false,
   * and whoever counts keeps the reads for the next time.
   */
  noteUse(
    imageId: string,
    use: { readonly hits: number; readonly at: Date; readonly notSince: Date },
  ): Promise<boolean>;
  /** An image's bytes that are due, at most `limit`. */
  dueRemovals(due: {
    readonly at: Date;
    readonly limit: number;
    readonly imageId: string;
  }): Promise<readonly RemovedCopy[]>;
  /** All bytes that wait for their deletion, due or not, read as they are wanted: those deleted meanwhile may come or not. */
  listRemovals(): AsyncIterable<RemovedCopy>;
  /** Forgets bytes that are deleted. Idempotent. */
  forgetRemoval(removed: RemovedCopy): Promise<void>;
}

import { BadRequest, GlanceError, Gone, TooLarge } from "../../errors.ts";

export interface StoredBlob {
  readonly size: number;
  /** The store's own mark of these bytes. */
  readonly etag: string;
  /** ISO 8601, by the store's clock; absent when it does not say. */
  readonly modifiedAt?: string;
}

/** Bytes from `offset`, 0 unless said, to the end or `length` of them. */
export interface ByteRange {
  readonly offset?: number;
  readonly length?: number;
}

/** An object, by the store that has it. */
export interface StoredObject {
  readonly store: BlobStore;
  readonly key: string;
}

/** There is no object of this key, or no more. */
export class BlobMissing extends Error {}

/** Other bytes came than were announced. Nothing of them was stored. */
export class SizeDiffers extends BadRequest {}

/** The store has no room for these bytes, and has kept none of them. 413, as Glance answers. */
export class StoreFull extends TooLarge {}

/** The store is only read, whatever is asked of it otherwise. 410, as Glance answers. */
export class StoreReadOnly extends Gone {}

/** Bytes at another host come so slowly that reading them would keep others from theirs. 400: it is the caller's host. */
export class SourceTooSlow extends BadRequest {}

/** The store is throttling or failing after all retries. 500, never 503: this can be the answer to a PUT. */
export class BlobStoreFailed extends GlanceError {
  readonly status = 500;
}

/**
 * Image bytes, as every store has them. A key is written once and never overwritten. Transient failures are retried by
 * the adapter. A store that clients send bytes to by themselves is a PresigningStore; one that is only read throws
 * StoreReadOnly for all else.
 */
export interface BlobStore {
  /** Stores a small object whole, and returns its etag. An object that is there already is left as it is. */
  put(key: string, bytes: Uint8Array): Promise<string>;
  /**
   * Stores an object whole as its bytes come, of `size` where that is known, and returns what is stored: no reader sees
   * it before all are there, and an object that is there already is left as it is. What fails leaves nothing, ends
   * `bytes`, and throws SizeDiffers, StoreFull, or whatever `bytes` throws. Holds some parts in memory.
   */
  write(key: string, bytes: AsyncIterable<Uint8Array>, size?: number): Promise<StoredBlob>;
  /**
   * Stores a copy of another store's object as `write` would, without its bytes coming through here. Undefined where
   * that cannot be done, of that store or at all: then they have to come. Throws BlobMissing.
   */
  copyFrom?(source: StoredObject, key: string): Promise<StoredBlob | undefined>;
  /** Undefined when there is no such object. */
  head(key: string): Promise<StoredBlob | undefined>;
  /** Bytes from `offset`; fewer only at the end of the object. Throws BlobMissing. */
  read(key: string, offset: number, length: number): Promise<Uint8Array>;
  /**
   * Bytes of a range as they come, read no faster than they are taken; none beyond the end. Throws BlobMissing, as late
   * as the first byte is asked for. Who stops early ends it (`return`, which leaving a loop does).
   */
  readStream(key: string, range?: ByteRange): AsyncIterable<Uint8Array>;
  /** Idempotent. `etag`: these bytes only, and none that have come under the same key since. */
  delete(key: string, etag?: string): Promise<void>;
}

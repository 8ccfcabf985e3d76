import { MAX_OBJECT_BYTES, MAX_PARTS } from "../../aws/multipart-limits.ts";

const KIB = 1024;
const MIB = KIB * KIB;

/** What one upload whose parts are held in memory may hold at most. */
export const MAX_BUFFERED_BYTES = 512 * MIB;

const DEFAULT_PART_BYTES = 16 * MIB;
const DEFAULT_PARALLEL = 4;

export interface PartPlan {
  /** Bytes of every part but the last, which has the rest. */
  readonly partBytes: number;
  readonly count: number;
}

/**
 * How an object of a known size from 0 to MAX_OBJECT_BYTES is cut: 16 MiB parts, larger ones (whole MiB) where
 * 10,000 of those do not reach. An object without bytes has no parts. Throws RangeError for any other size.
 */
export function planParts(size: number): PartPlan {
  if (!Number.isSafeInteger(size) || size < 0 || size > MAX_OBJECT_BYTES) {
    throw new RangeError(`an object has 0 to ${MAX_OBJECT_BYTES} bytes, not ${size}`);
  }
  const partBytes = Math.max(DEFAULT_PART_BYTES, Math.ceil(size / MAX_PARTS / MIB) * MIB);
  return { partBytes, count: Math.ceil(size / partBytes) };
}

/** 128 parts of each of these sizes; all further ones have LAST_STREAM_PART_BYTES. */
const FIRST_STREAM_PART_BYTES = [8 * MIB, 16 * MIB, 32 * MIB, 64 * MIB];
const PARTS_OF_A_SIZE = 128;
const LAST_STREAM_PART_BYTES = 128 * MIB;

/**
 * Bytes of part `partNumber` (1 to 10,000) of an object whose length is not known beforehand. Parts grow with the
 * offset: a small object needs little memory, and MAX_STREAM_BYTES still fit. Throws RangeError for another number.
 */
export function streamPartBytes(partNumber: number): number {
  if (!Number.isSafeInteger(partNumber) || partNumber < 1 || partNumber > MAX_PARTS) {
    throw new RangeError(`parts have the numbers 1 to ${MAX_PARTS}, not ${partNumber}`);
  }
  return FIRST_STREAM_PART_BYTES[Math.floor((partNumber - 1) / PARTS_OF_A_SIZE)] ?? LAST_STREAM_PART_BYTES;
}

/** What 10,000 parts of `streamPartBytes` hold: 1.17 TiB, more than `image_size_cap`'s default of 1 TiB. */
export const MAX_STREAM_BYTES =
  FIRST_STREAM_PART_BYTES.reduce((total, bytes) => total + PARTS_OF_A_SIZE * bytes, 0) +
  (MAX_PARTS - PARTS_OF_A_SIZE * FIRST_STREAM_PART_BYTES.length) * LAST_STREAM_PART_BYTES;

/**
 * How many parts may be on their way while one more is filled, so that all of them stay within MAX_BUFFERED_BYTES:
 * 4 for small parts, fewer for large ones, 0 where a part must be stored before the next is filled.
 * Throws RangeError for parts that memory cannot hold at all.
 */
export function parallelParts(partBytes: number): number {
  if (!(partBytes >= 1 && partBytes <= MAX_BUFFERED_BYTES)) {
    throw new RangeError(`a part held in memory has 1 to ${MAX_BUFFERED_BYTES} bytes, not ${partBytes}`);
  }
  return Math.min(DEFAULT_PARALLEL, Math.floor(MAX_BUFFERED_BYTES / partBytes) - 1);
}

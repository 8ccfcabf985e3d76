import type { BlobStore, ByteRange } from "../../ports/blob-store.ts";

const RANGE_BYTES = 16 * 1024 ** 2;

/**
 * An object's bytes, one range after the other, each of which the store retries by itself: a connection that breaks
 * costs a range, and no reader is bound to the life of one. Two ranges are in memory.
 */
export async function* readInRanges(
  read: BlobStore["read"],
  key: string,
  { offset = 0, length = Number.POSITIVE_INFINITY }: ByteRange = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const end = offset + length;
  const ask = (at: number) => {
    const wanted = Math.min(RANGE_BYTES, end - at);
    const bytes = read(key, at, wanted);
    // Awaited later: until then a failure is nobody's unhandled one.
    bytes.catch(() => undefined);
    return { at, wanted, bytes };
  };
  let range = ask(offset);
  for (;;) {
    const bytes = await range.bytes;
    const isLast = bytes.length < range.wanted || range.at + bytes.length >= end;
    if (!isLast) range = ask(range.at + bytes.length);
    if (bytes.length > 0) yield bytes;
    if (isLast) return;
  }
}

import type { FileHandle } from "node:fs/promises";
import { assertUnchanged, type FileStamp } from "./file-changed.ts";

/** Bytes of the image, part by part in order. */
export interface PartSource {
  /** Fills the buffer from `offset` on; returns fewer bytes than it holds only where the image ends. */
  fill(buffer: Buffer, offset: number): Promise<number>;
}

/** A file, by offsets. With `stamp`, throws FileChanged as soon as it is not what it was then. */
export const fileSource = (file: FileHandle, stamp?: FileStamp): PartSource => ({
  fill: async (buffer, offset) => {
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    if (stamp) await assertUnchanged(file, stamp);
    return filled;
  },
});

/** A stream's chunks; waiting for the next one ends with the signal's reason: a pipe may be silent for ever. */
export function interruptible(stream: AsyncIterable<Buffer>, signal: AbortSignal): AsyncIterator<Buffer> {
  const chunks = stream[Symbol.asyncIterator]();
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  stopped.catch(() => undefined);
  return { next: () => Promise.race([chunks.next(), stopped]) };
}

/** A stream, from one end to the other; offsets are not looked at. `head` was read of it before. */
export function streamSource(chunks: AsyncIterator<Buffer>, head: Buffer): PartSource {
  let left: Buffer = head;
  return {
    fill: async (buffer) => {
      let filled = 0;
      while (filled < buffer.length) {
        if (left.length === 0) {
          const next = await chunks.next();
          if (next.done) break;
          left = next.value;
        }
        const copied = left.copy(buffer, filled);
        left = left.subarray(copied);
        filled += copied;
      }
      return filled;
    },
  };
}

/** The first `bytes` of a stream, or a little more, or all of a shorter one; for `streamSource`'s `head`. */
export async function headOf(chunks: AsyncIterator<Buffer>, bytes: number): Promise<Buffer> {
  const read: Buffer[] = [];
  for (let length = 0; length < bytes; length += read.at(-1)?.length ?? 0) {
    const next = await chunks.next();
    if (next.done) break;
    read.push(next.value);
  }
  return Buffer.concat(read);
}

/** A stream again, of whose beginning `head` was read before. */
export async function* wholeStream(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}

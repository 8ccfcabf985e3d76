import type { FileHandle } from "node:fs/promises";
import { blockBytes, giveBlock, takeBlock } from "./block-memory.ts";

interface Read {
  readonly block: Buffer;
  readonly bytes: number;
}

async function readBlock(handle: FileHandle, at: number, most: number): Promise<Read> {
  const block = takeBlock();
  try {
    const { bytesRead } = await handle.read(block, 0, Math.min(blockBytes, most), at);
    return { block, bytes: bytesRead };
  } catch (error) {
    giveBlock(block);
    throw error;
  }
}

/**
 * The bytes `start` to `end` (inclusive) of a file, fewer where it is shorter. Each chunk is good until the next one is
 * asked for; that one is read meanwhile.
 */
export async function* readSlice(
  handle: FileHandle,
  start: number,
  end: number,
): AsyncGenerator<Buffer, void, undefined> {
  let at = start;
  const ask = (): Promise<Read> | undefined => {
    if (at > end) return undefined;
    const read = readBlock(handle, at, end + 1 - at);
    // Awaited later: until then a failure is nobody's unhandled one.
    read.catch(() => undefined);
    return read;
  };
  let next = ask();
  try {
    while (next) {
      const { block, bytes } = await next;
      at += bytes;
      next = bytes > 0 ? ask() : undefined;
      try {
        if (bytes > 0) yield block.subarray(0, bytes);
      } finally {
        giveBlock(block);
      }
    }
  } finally {
    // Who stops early must not close the file under it.
    const left = await next?.catch(() => undefined);
    if (left) giveBlock(left.block);
  }
}

import type { ChunkInput } from "../chunk-input.ts";
import { CompressionFailed } from "../compression-failed.ts";
import { exactInput } from "../exact-input.ts";
import { BitInput } from "./bit-input.ts";
import { bzip2Damaged } from "./bzip2-damaged.ts";
import { MAX_BLOCK_BYTES, readBlock } from "./read-block.ts";
import { unsorter } from "./unsorted.ts";

const HEADER_BYTES = 4;
const MARK = 0x425a68;
const BLOCK = [0x314159, 0x265359] as const;
const END = [0x177245, 0x385090] as const;
/** A mark of 48 bits, and a checksum. */
const MARK_BYTES = 11;

const cutOff = () => new CompressionFailed("The bzip2 data is cut off: its end is missing.");

/** What is wrong with data that has no end is that. */
function reading<T>(bits: BitInput, read: () => T): T {
  try {
    return read();
  } finally {
    // biome-ignore lint/correctness/noUnsafeFinally: what came out of missing bytes, a value or an error, is nothing.
    if (bits.isBeyondEnd) throw cutOff();
  }
}

/** What begins here: a block, or the end of the stream. */
function readMark(bits: BitInput): "block" | "end" {
  const [high, low] = [bits.read(24), bits.read(24)];
  if (high === BLOCK[0] && low === BLOCK[1]) return "block";
  if (high === END[0] && low === END[1]) return "end";
  throw bzip2Damaged("a block does not begin as blocks do");
}

const somethingElse = () =>
  new CompressionFailed("There is something else behind the bzip2 data: cut it off.");

/** Whether another stream begins: zeros may be behind the last, and nothing else. */
async function anotherStream(bits: BitInput): Promise<boolean> {
  await bits.fetch(HEADER_BYTES);
  if (bits.isAtEnd) return false;
  if (bits.peek(8) !== 0) return true;
  for (; !bits.isAtEnd; await bits.fetch(1)) if (bits.read(8) !== 0) throw somethingElse();
  return false;
}

/** Levels are hundreds of thousands of bytes in a block. */
function levelOf(bits: BitInput, isFirst: boolean): number {
  const isMarked = bits.peek(24) === MARK;
  if (!isMarked && !isFirst) throw somethingElse();
  bits.skip(24);
  const level = bits.read(8) - 0x30;
  if (!isMarked || level < 1 || level > 9) throw bzip2Damaged("it does not begin as such data does");
  return level;
}

/** The bytes in bzip2 data of one or more streams, with a block in memory. Throws CompressionFailed. */
export async function* bunzipped(input: ChunkInput): AsyncGenerator<Uint8Array> {
  const bits = new BitInput(exactInput(input));
  const unsorted = unsorter();
  let column = new Uint32Array(0);
  for (let isFirst = true; isFirst || (await anotherStream(bits)); isFirst = false) {
    await bits.fetch(HEADER_BYTES);
    const room = reading(bits, () => levelOf(bits, isFirst)) * 100_000;
    if (column.length !== room) column = new Uint32Array(room);
    let combined = 0;
    for (;;) {
      await bits.fetch(MAX_BLOCK_BYTES + MARK_BYTES);
      if (reading(bits, () => readMark(bits)) === "end") break;
      const { crc, block } = reading(bits, () => ({ crc: bits.read32(), block: readBlock(bits, column) }));
      if ((yield* unsorted(column, block)) !== crc) throw bzip2Damaged("a block has another checksum");
      combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
    }
    const crc = reading(bits, () => bits.read32());
    if (crc !== combined) throw bzip2Damaged("the whole has another checksum");
    bits.align();
  }
}

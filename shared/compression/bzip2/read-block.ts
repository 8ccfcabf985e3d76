import type { BitInput } from "./bit-input.ts";
import { bzip2Damaged } from "./bzip2-damaged.ts";
import { huffmanCode, MAX_CODE_BITS } from "./huffman-code.ts";

/** Symbols that are read with one code. */
const GROUP = 50;
const RUN_A = 0;
const RUN_B = 1;

/** The most that a block of 900,000 bytes can take: codes of 20 bits, and the tables before them. */
export const MAX_BLOCK_BYTES = Math.ceil((900_002 * MAX_CODE_BITS) / 8) + 40_000;

/** The last column of the sorted rotations, and which of them the data is. */
export interface Block {
  readonly length: number;
  readonly origin: number;
}

/** The bytes that occur, in their order. */
function usedBytes(bits: BitInput): number[] {
  const rows = bits.read(16);
  const used: number[] = [];
  for (let row = 0; row < 16; row++) {
    if (((rows >>> (15 - row)) & 1) === 0) continue;
    const marks = bits.read(16);
    for (let column = 0; column < 16; column++)
      if (((marks >>> (15 - column)) & 1) !== 0) used.push(row * 16 + column);
  }
  if (used.length === 0) throw bzip2Damaged("a block has no bytes");
  return used;
}

/** Takes what stands at a place to the front. */
function toFront(list: Uint8Array, place: number): number {
  const value = list[place] ?? 0;
  list.copyWithin(1, 0, place);
  list[0] = value;
  return value;
}

/** Which code each group is read with. */
function selectorsOf(bits: BitInput, codes: number): Uint8Array {
  const selectors = new Uint8Array(bits.read(15));
  if (selectors.length === 0) throw bzip2Damaged("a block has no codes");
  const order = Uint8Array.from({ length: codes }, (_, index) => index);
  for (let index = 0; index < selectors.length; index++) {
    let place = 0;
    while (bits.read(1) === 1) if (++place >= codes) throw bzip2Damaged("there is no such code");
    selectors[index] = toFront(order, place);
  }
  return selectors;
}

function codeLengths(bits: BitInput, symbols: number): Uint8Array {
  const lengths = new Uint8Array(symbols);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > MAX_CODE_BITS) throw bzip2Damaged("a code is too long");
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return lengths;
}

/** Reads a block behind its checksum into `column`, which has room for as many bytes as blocks of the stream may have. */
export function readBlock(bits: BitInput, column: Uint32Array): Block {
  if (bits.read(1) === 1)
    throw bzip2Damaged("it is of a bzip2 before 0.9.5, whose blocks are not undone: compress it anew");
  const origin = bits.read(24);
  const used = Uint8Array.from(usedBytes(bits));
  const codeCount = bits.read(3);
  if (codeCount < 2 || codeCount > 6) throw bzip2Damaged("a block has no codes");
  const selectors = selectorsOf(bits, codeCount);
  const codes = Array.from({ length: codeCount }, () => huffmanCode(codeLengths(bits, used.length + 2)));
  const end = used.length + 1;
  let length = 0;
  let run = 0;
  let weight = 1;
  const put = (value: number, times: number): void => {
    if (times > column.length - length) throw bzip2Damaged("a block is too long");
    column.fill(value, length, length + times);
    length += times;
  };
  for (let group = 0; ; group++) {
    const read = codes[selectors[group] ?? codeCount];
    if (!read) throw bzip2Damaged("a block has no end");
    for (let index = 0; index < GROUP; index++) {
      const symbol = read(bits);
      if (symbol === RUN_A || symbol === RUN_B) {
        run += weight << symbol;
        weight <<= 1;
        if (run > column.length) throw bzip2Damaged("a block is too long");
        continue;
      }
      if (run > 0) {
        put(used[0] ?? 0, run);
        run = 0;
        weight = 1;
      }
      if (symbol === end) {
        if (origin >= length) throw bzip2Damaged("a block begins outside of itself");
        return { length, origin };
      }
      if (length === column.length) throw bzip2Damaged("a block is too long");
      column[length++] = toFront(used, symbol - 1);
    }
  }
}

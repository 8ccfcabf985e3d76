import { CompressionFailed } from "../compression-failed.ts";
import { xzDamaged } from "./xz-damaged.ts";
import type { XzInput } from "./xz-input.ts";
import { xzNumber } from "./xz-number.ts";

/** What `xz -9` has; more would need more memory than functions have. */
export const MAX_DICTIONARY_BYTES = 64 * 1024 * 1024;

const LZMA2 = 0x21;
/** By their ids (xz-file-format 5.3). */
const otherFilters: ReadonlyMap<number, string> = new Map([
  [0x03, "delta"],
  [0x04, "x86"],
  [0x05, "powerpc"],
  [0x06, "ia64"],
  [0x07, "arm"],
  [0x08, "armthumb"],
  [0x09, "sparc"],
  [0x0a, "arm64"],
  [0x0b, "riscv"],
]);

const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);

export interface BlockHeader {
  readonly dictionaryBytes: number;
  /** Where the block says so. */
  readonly compressedBytes: number | undefined;
  readonly bytes: number | undefined;
}

function dictionaryOf(code: number): number {
  if (code > 40) throw xzDamaged("the size of its dictionary is none");
  const bytes = code === 40 ? 2 ** 32 - 1 : (2 | (code & 1)) * 2 ** ((code >>> 1) + 11);
  if (bytes > MAX_DICTIONARY_BYTES)
    throw new CompressionFailed(
      `The xz data needs a dictionary of ${mebibytes(bytes)} MiB in memory: compress it with one of ${mebibytes(MAX_DICTIONARY_BYTES)} MiB at most, as xz -9 does.`,
    );
  return bytes;
}

/** Reads the header of a block, whose first byte says its length (xz-file-format 3.1). Throws CompressionFailed. */
export async function readBlockHeader(input: XzInput, first: number): Promise<BlockHeader> {
  input.beginCrc(Uint8Array.of(first));
  const fields = (await input.takeSummed(first * 4 - 1))[Symbol.iterator]();
  await input.endCrc("the header of a block");
  const byte = (): number => {
    const { value, done } = fields.next();
    if (done) throw xzDamaged("the header of a block is too short");
    return value;
  };
  const number = (): number => {
    const next = xzNumber();
    for (;;) {
      const value = next(byte());
      if (value !== undefined) return value;
    }
  };
  const flags = byte();
  if ((flags & 0x3c) !== 0) throw xzDamaged("the header of a block is none that is known");
  const compressedBytes = (flags & 0x40) === 0 ? undefined : number();
  const bytes = (flags & 0x80) === 0 ? undefined : number();
  const filter = number();
  if (filter !== LZMA2 || (flags & 3) !== 0)
    throw new CompressionFailed(
      `The xz data has the filter ${otherFilters.get(filter) ?? filter}: only LZMA2 alone, which xz has unless told otherwise, is undone.`,
    );
  if (number() !== 1) throw xzDamaged("the size of its dictionary is none");
  const dictionaryBytes = dictionaryOf(byte());
  for (const rest of fields) if (rest !== 0) throw xzDamaged("the header of a block is none that is known");
  return { dictionaryBytes, compressedBytes, bytes };
}

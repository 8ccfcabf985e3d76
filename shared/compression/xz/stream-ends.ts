import { createHash } from "node:crypto";
import zlib from "node:zlib";
import { CompressionFailed } from "../compression-failed.ts";
import { xzDamaged } from "./xz-damaged.ts";
import type { XzInput } from "./xz-input.ts";

// xz-file-format 2.1.1 and 2.1.2.
const HEADER_MARK = Buffer.from("fd377a585a00", "hex");
const HEADER_BYTES = 12;
const FOOTER_MARK = "YZ";
const FOOTER_BYTES = 12;
/** All is filled up to multiples of this. */
const UNIT = 4;

/** What a list of blocks begins with; blocks begin with another byte. */
export const LIST = 0;

/** Which blocks there are: as many as one likes, of which only a sum is kept. */
export function blockList() {
  const hash = createHash("sha256");
  let count = 0;
  return {
    add: (unpaddedBytes: number, bytes: number): void => {
      hash.update(`${unpaddedBytes} ${bytes} `);
      count++;
    },
    count: () => count,
    digest: () => hash.digest("hex"),
  };
}

export type BlockList = ReturnType<typeof blockList>;

export async function takePadding(input: XzInput, length: number): Promise<void> {
  const zeros = await input.takeSummed((UNIT - (length % UNIT)) % UNIT);
  if (zeros.some((byte) => byte !== 0)) throw xzDamaged("there is something in its padding");
}

/** What a stream says of itself: two bytes, of which the second names its check. */
function flagsOf(header: Buffer): Buffer {
  if (!header.subarray(0, HEADER_MARK.length).equals(HEADER_MARK))
    throw xzDamaged("it does not begin as such data does");
  const flags = header.subarray(6, 8);
  if (header.readUInt32LE(8) !== zlib.crc32(flags)) throw xzDamaged("the header has another checksum");
  if (flags[0] !== 0 || (flags[1] ?? 0) > 0xf) throw xzDamaged("the header is none that is known");
  return flags;
}

/** The flags of the first stream. */
export const firstFlags = async (input: XzInput): Promise<Buffer> => flagsOf(await input.take(HEADER_BYTES));

/** Those of the next, before which there may be zeros; undefined at the end. */
export async function nextFlags(input: XzInput): Promise<Buffer | undefined> {
  for (;;) {
    const start = await input.upTo(UNIT);
    if (start.length === 0) return undefined;
    if (start.equals(HEADER_MARK.subarray(0, UNIT)))
      return flagsOf(Buffer.concat([start, await input.take(HEADER_BYTES - UNIT)]));
    if (start.length < UNIT || start.some((byte) => byte !== 0))
      throw new CompressionFailed("There is something else behind the xz data: cut it off.");
  }
}

/** Reads the list of blocks, whose first byte has been read, and the footer; both must be what came before. */
export async function checkEnd(input: XzInput, flags: Buffer, blocks: BlockList): Promise<void> {
  const start = input.count - 1;
  input.beginCrc(Uint8Array.of(LIST));
  const count = await input.number();
  if (count !== blocks.count()) throw xzDamaged("it has another number of blocks than it says");
  const listed = blockList();
  for (let index = 0; index < count; index++) listed.add(await input.number(), await input.number());
  if (listed.digest() !== blocks.digest()) throw xzDamaged("its blocks are others than it says");
  await takePadding(input, input.count - start);
  await input.endCrc("the list of blocks");
  const length = input.count - start;
  const footer = await input.take(FOOTER_BYTES);
  if (footer.readUInt32LE() !== zlib.crc32(footer.subarray(4, 10)))
    throw xzDamaged("the footer has another checksum");
  const isOurs =
    footer.toString("latin1", 10) === FOOTER_MARK &&
    footer.subarray(8, 10).equals(flags) &&
    (footer.readUInt32LE(4) + 1) * UNIT === length;
  if (!isOurs) throw xzDamaged("the footer is of other data");
}

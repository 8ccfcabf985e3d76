import type { ChunkInput } from "../chunk-input.ts";
import { exactInput } from "../exact-input.ts";
import { readBlockHeader } from "./block-header.ts";
import { Lzma2 } from "./lzma2.ts";
import {
  type BlockList,
  blockList,
  checkEnd,
  firstFlags,
  LIST,
  nextFlags,
  takePadding,
} from "./stream-ends.ts";
import { xzCheck } from "./xz-check.ts";
import { xzDamaged } from "./xz-damaged.ts";
import { XzInput } from "./xz-input.ts";

/** One engine at a time, kept from block to block: its memory may be much. */
function keptEngine(): (dictionaryBytes: number) => Lzma2 {
  let engine: Lzma2 | undefined;
  return (dictionaryBytes) => {
    if (engine?.dictionaryBytes !== dictionaryBytes) engine = new Lzma2(dictionaryBytes);
    return engine;
  };
}

/** The bytes of the block that begins with this byte, which has been read. */
async function* block(
  input: XzInput,
  first: number,
  checkId: number,
  { engine, blocks }: { readonly engine: ReturnType<typeof keptEngine>; readonly blocks: BlockList },
): AsyncGenerator<Buffer> {
  const start = input.count - 1;
  const check = xzCheck(checkId);
  const header = await readBlockHeader(input, first);
  const dataStart = input.count;
  let bytes = 0;
  for await (const piece of engine(header.dictionaryBytes).block(input)) {
    bytes += piece.length;
    check.update(piece);
    yield piece;
  }
  const compressedBytes = input.count - dataStart;
  if ((header.compressedBytes ?? compressedBytes) !== compressedBytes || (header.bytes ?? bytes) !== bytes)
    throw xzDamaged("a block has another length than it says");
  blocks.add(input.count - start + check.bytes, bytes);
  await takePadding(input, compressedBytes);
  if (!(await input.take(check.bytes)).equals(check.digest()))
    throw xzDamaged("a block has another checksum");
}

/** The bytes in xz data of one or more streams, with a dictionary in memory. Throws CompressionFailed. */
export async function* unxzed(chunks: ChunkInput): AsyncGenerator<Uint8Array> {
  const input = new XzInput(exactInput(chunks));
  const engine = keptEngine();
  let flags: Buffer | undefined = await firstFlags(input);
  for (; flags; flags = await nextFlags(input)) {
    const blocks = blockList();
    for (;;) {
      const [first = LIST] = await input.take(1);
      if (first === LIST) break;
      yield* block(input, first, flags[1] ?? 0, { engine, blocks });
    }
    await checkEnd(input, flags, blocks);
  }
}

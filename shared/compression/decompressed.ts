import { createGunzip, createZstdDecompress } from "node:zlib";
import { type ChunkInput, chunkInput } from "./chunk-input.ts";
import { CompressionFailed } from "./compression-failed.ts";
import type { Compression } from "./recognise-compression.ts";
import { throughEngine } from "./through-engine.ts";

/**
 * Node's words for what zlib and zstd find wrong, in ours; any other error is none of the data's. An engine that was
 * loaded apart has a class of its own for its words.
 */
export function compressionFailure(name: string, error: unknown): unknown {
  const { name: kind, code, message } = Object(error) as Readonly<Record<string, unknown>>;
  if (kind === "CompressionFailed" && !(error instanceof CompressionFailed))
    return new CompressionFailed(String(message), { cause: error });
  if (code === "Z_BUF_ERROR")
    return new CompressionFailed(`The ${name} data is cut off: its end is missing.`, { cause: error });
  return typeof code === "string" && /^(Z_|ERR_ZLIB|ZSTD_|ERR_ZSTD)/.test(code)
    ? new CompressionFailed(
        `The ${name} data is damaged, or there is something else behind it (${String(message)}).`,
        { cause: error },
      )
    : error;
}

/** Only zeros may follow, as some programs fill up blocks with them. */
async function assertOnlyZeros(input: ChunkInput): Promise<void> {
  for (let chunk = await input.next(); chunk; chunk = await input.next())
    if (chunk.some((byte) => byte !== 0))
      throw new CompressionFailed("There is something else behind the gzip data: cut it off.");
}

async function* gunzipped(input: ChunkInput): AsyncGenerator<Uint8Array> {
  // Node goes on with the next member by itself, up to a zero.
  yield* throughEngine(createGunzip(), input);
  await assertOnlyZeros(input);
}

/** Node's zstd ends with each frame (24.21), and files made in parallel have several. */
async function* frames(input: ChunkInput): AsyncGenerator<Uint8Array> {
  for (let chunk = await input.next(); chunk; chunk = await input.next()) {
    if (chunk.length === 0) continue;
    input.giveBack(chunk);
    yield* throughEngine(createZstdDecompress(), input);
  }
}

// Loaded when they are needed: the largest of all, and seldom used (infra/bundling/rare-modules.ts).
async function* bunzipped(input: ChunkInput): AsyncGenerator<Uint8Array> {
  yield* (await import("./bzip2/bunzipped.ts")).bunzipped(input);
}

async function* unxzed(input: ChunkInput): AsyncGenerator<Uint8Array> {
  yield* (await import("./xz/unxzed.ts")).unxzed(input);
}

/** What is undone as it comes. */
export type StreamCompression = Exclude<Compression, "zip" | "lha">;

const engines: Readonly<
  Record<StreamCompression, (input: ChunkInput) => AsyncGenerator<Uint8Array, void, undefined>>
> = { gzip: gunzipped, zstd: frames, bzip2: bunzipped, xz: unxzed };

/** The bytes that are compressed in a stream, as they come. Throws CompressionFailed, and what `chunks` throws. */
export async function* decompressed(
  name: StreamCompression,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const input = chunkInput(chunks);
  try {
    yield* engines[name](input);
  } catch (error) {
    throw compressionFailure(name, error);
  } finally {
    await input.close();
  }
}

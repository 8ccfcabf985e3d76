import zlib from "node:zlib";
import { type ChunkInput, chunkInput } from "./chunk-input.ts";
import { CompressionFailed } from "./compression-failed.ts";
import { compressionFailure } from "./compression-failure.ts";
import type { Compression } from "./recognise-compression.ts";
import { throughEngine } from "./through-engine.ts";
import type { ZipArchive } from "./unzipped.ts";

/** Only zeros may follow, as some programs fill up blocks with them. */
async function assertOnlyZeros(input: ChunkInput): Promise<void> {
  for (let chunk = await input.next(); chunk; chunk = await input.next())
    if (chunk.some((byte) => byte !== 0))
      throw new CompressionFailed("There is something else behind the gzip data: cut it off.");
}

async function* gunzipped(input: ChunkInput): AsyncGenerator<Uint8Array> {
  // Node goes on with the next member by itself, up to a zero.
  yield* throughEngine(zlib.createGunzip(), input);
  await assertOnlyZeros(input);
}

/** Node's zstd ends with each frame (24.21), and files made in parallel have several. */
async function* frames(input: ChunkInput): AsyncGenerator<Uint8Array> {
  // imagectl also runs in Node 20, whose zlib has no zstd (Node.js documentation, zlib: added in 22.15 and 23.8).
  if (!("createZstdDecompress" in zlib))
    throw new CompressionFailed(
      "This Node cannot undo zstd: run it in Node 22.15 or later, or use zstd -d before.",
    );
  for (let chunk = await input.next(); chunk; chunk = await input.next()) {
    if (chunk.length === 0) continue;
    input.giveBack(chunk);
    yield* throughEngine(zlib.createZstdDecompress(), input);
  }
}

// Loaded when they are needed: the largest of all, and seldom used (infra/bundling/rare-modules.ts).
async function* bunzipped(input: ChunkInput): AsyncGenerator<Uint8Array> {
  yield* (await import("./bzip2/bunzipped.ts")).bunzipped(input);
}

async function* unxzed(input: ChunkInput): AsyncGenerator<Uint8Array> {
  yield* (await import("./xz/unxzed.ts")).unxzed(input);
}

/** The bytes of the one file in a zip archive, as they come. Throws CompressionFailed, at the end at the latest. */
export async function* unzippedApart(archive: ZipArchive): AsyncGenerator<Uint8Array> {
  const { unzipped } = await import("./unzipped.ts");
  try {
    yield* unzipped(archive);
  } catch (error) {
    throw compressionFailure("zip", error);
  }
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

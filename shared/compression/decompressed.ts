import { createGunzip, createZstdDecompress } from "node:zlib";
import { type ChunkInput, chunkInput } from "./chunk-input.ts";
import { CompressionFailed } from "./compression-failed.ts";
import { throughEngine } from "./through-engine.ts";

/** Node's words for what zlib and zstd find wrong, in ours; any other error is none of the data's. */
export function compressionFailure(name: string, error: unknown): unknown {
  const { code, message } = Object(error) as { readonly code?: unknown; readonly message?: unknown };
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

/** The bytes that are compressed in a stream, as they come. Throws CompressionFailed, and what `chunks` throws. */
export async function* decompressed(
  name: "gzip" | "zstd",
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const input = chunkInput(chunks);
  try {
    yield* name === "gzip" ? gunzipped(input) : frames(input);
  } catch (error) {
    throw compressionFailure(name, error);
  } finally {
    await input.close();
  }
}

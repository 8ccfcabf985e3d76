import { CompressionFailed } from "../../shared/compression/compression-failed.ts";
import { decompressed, type StreamCompression } from "../../shared/compression/decompressed.ts";
import { DataMismatch } from "../command-line/failures.ts";

/**
 * The bytes that are compressed in `source`, as they come. Throws DataMismatch for damaged or cut-off data, at its end at
 * the latest.
 */
export async function* undoneBytes(
  compression: StreamCompression,
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  try {
    for await (const { buffer, byteOffset, length } of decompressed(compression, source))
      yield Buffer.from(buffer, byteOffset, length);
  } catch (error) {
    throw error instanceof CompressionFailed ? new DataMismatch(error.message, { cause: error }) : error;
  }
}

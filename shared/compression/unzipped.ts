import zlib from "node:zlib";
import { chunkInput } from "./chunk-input.ts";
import { CompressionFailed } from "./compression-failed.ts";
import { compressionFailure } from "./compression-failure.ts";
import { throughEngine } from "./through-engine.ts";
import { type ReadArchive, zipEntry } from "./zip-directory.ts";

const STORED = 0;
const DEFLATED = 8;
/** APPNOTE 4.3.7. */
const LOCAL_MARK = 0x04034b50;
const LOCAL_BYTES = 30;

const damaged = () => new CompressionFailed("The file in the zip archive is damaged: make the archive anew.");

/** An archive whose bytes can be read anywhere. */
export interface ZipArchive {
  readonly size: number;
  readonly read: ReadArchive;
  readonly stream: (offset: number, length: number) => AsyncIterable<Uint8Array>;
}

async function* inflated(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = chunkInput(chunks);
  try {
    yield* throughEngine(zlib.createInflateRaw(), input);
    if (await input.next()) throw damaged();
  } finally {
    await input.close();
  }
}

/** The bytes of the one file in a zip archive, as they come. Throws CompressionFailed, at the end at the latest. */
export async function* unzipped({ size, read, stream }: ZipArchive): AsyncGenerator<Uint8Array> {
  const entry = await zipEntry(read, size);
  if (entry.method !== STORED && entry.method !== DEFLATED)
    throw new CompressionFailed(
      `The file in the zip archive is compressed by method ${entry.method}: only deflate is undone.`,
    );
  const header = await read(entry.headerOffset, LOCAL_BYTES);
  if (header.length < LOCAL_BYTES || header.readUInt32LE(0) !== LOCAL_MARK) throw damaged();
  const offset = entry.headerOffset + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (offset + entry.compressedSize > size) throw damaged();
  const chunks = stream(offset, entry.compressedSize);
  let bytes = 0;
  let crc = 0;
  try {
    for await (const chunk of entry.method === STORED ? chunks : inflated(chunks)) {
      bytes += chunk.length;
      crc = zlib.crc32(chunk, crc);
      yield chunk;
    }
  } catch (error) {
    throw compressionFailure("zip", error);
  }
  if (bytes !== entry.size || crc !== entry.crc) throw damaged();
}

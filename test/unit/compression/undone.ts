import { decompressed, unzippedApart } from "../../../shared/compression/decompressed.ts";
import { compressionOf } from "../../../shared/compression/recognise-compression.ts";

export async function* inChunks(bytes: Uint8Array, step: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

/** What is packed in these bytes, that come in chunks of `step`. */
export async function undone(bytes: Buffer, step = 65_536): Promise<Buffer> {
  const name = compressionOf(bytes);
  if (name === undefined || name === "lha") throw new Error(`is ${name}`);
  const archive = {
    size: bytes.length,
    read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
    stream: (offset: number, length: number) => inChunks(bytes.subarray(offset, offset + length), step),
  };
  const contents = name === "zip" ? unzippedApart(archive) : decompressed(name, inChunks(bytes, step));
  const found: Uint8Array[] = [];
  for await (const chunk of contents) found.push(Buffer.from(chunk));
  return Buffer.concat(found);
}

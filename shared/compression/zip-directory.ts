import { CompressionFailed } from "./compression-failed.ts";

/** Reads bytes of an archive; fewer only at its end. */
export type ReadArchive = (offset: number, length: number) => Promise<Buffer>;

/** The one file of an archive. */
export interface ZipEntry {
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly headerOffset: number;
}

// APPNOTE 4.3: the sizes and marks of its records.
const END = { mark: 0x06054b50, bytes: 22 };
const LOCATOR = { mark: 0x07064b50, bytes: 20 };
const END64 = { mark: 0x06064b50, bytes: 56 };
const HEADER = { mark: 0x02014b50, bytes: 46 };
const MAX_COMMENT = 0xffff;
const IN_ZIP64 = 0xffffffff;
const ZIP64_FIELD = 1;

const damaged = () =>
  new CompressionFailed("The zip archive is damaged, cut off, or there is something else behind it.");

export function number64(bytes: Buffer, offset: number): number {
  const value = Number(bytes.readBigUInt64LE(offset));
  if (!Number.isSafeInteger(value)) throw damaged();
  return value;
}

const record = async (
  read: ReadArchive,
  offset: number,
  { mark, bytes }: { readonly mark: number; readonly bytes: number },
): Promise<Buffer> => {
  const found = await read(offset, bytes);
  if (found.length < bytes || found.readUInt32LE(0) !== mark) throw damaged();
  return found;
};

/** Where the list of files begins, and how many there are. */
async function directory(read: ReadArchive, size: number) {
  const length = Math.min(size, END.bytes + MAX_COMMENT);
  const tail = await read(size - length, length);
  let at = tail.length - END.bytes;
  const isEnd = () =>
    tail.readUInt32LE(at) === END.mark && tail.readUInt16LE(at + 20) === tail.length - at - END.bytes;
  while (at >= 0 && !isEnd()) at--;
  if (at < 0) throw damaged();
  const locatorAt = at - LOCATOR.bytes;
  if (locatorAt < 0 || tail.readUInt32LE(locatorAt) !== LOCATOR.mark)
    return { count: tail.readUInt16LE(at + 10), offset: tail.readUInt32LE(at + 16) };
  const end = await record(read, number64(tail, locatorAt + 8), END64);
  return { count: number64(end, 32), offset: number64(end, 48) };
}

/** Values of the zip64 field, in the order in which they are wanted: those that have no room elsewhere. */
function zip64Values(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === ZIP64_FIELD) {
      const field = extra.subarray(at + 4, at + 4 + length);
      return Array.from({ length: Math.floor(field.length / 8) }, (_, index) => number64(field, index * 8));
    }
    at += 4 + length;
  }
  return [];
}

/** The one file of the archive, by its list of files. Throws CompressionFailed where there is another number of them. */
export async function zipEntry(read: ReadArchive, size: number): Promise<ZipEntry> {
  const { count, offset } = await directory(read, size);
  if (count !== 1)
    throw new CompressionFailed(`The zip archive holds ${count} files: it must hold one, the image.`);
  const header = await record(read, offset, HEADER);
  const extra = await read(offset + HEADER.bytes + header.readUInt16LE(28), header.readUInt16LE(30));
  const values = zip64Values(extra);
  const wide = (value: number): number => {
    if (value !== IN_ZIP64) return value;
    const found = values.shift();
    if (found === undefined) throw damaged();
    return found;
  };
  if ((header.readUInt16LE(8) & 1) !== 0)
    throw new CompressionFailed("The file in the zip archive is encrypted: it must not be.");
  const bytes = wide(header.readUInt32LE(24));
  const compressedSize = wide(header.readUInt32LE(20));
  const headerOffset = wide(header.readUInt32LE(42));
  return {
    ...{ method: header.readUInt16LE(10), crc: header.readUInt32LE(16) },
    ...{ compressedSize, size: bytes, headerOffset },
  };
}

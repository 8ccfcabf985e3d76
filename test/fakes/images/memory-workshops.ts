import { randomUUID } from "node:crypto";
import type { ConvertibleFormat } from "../../../shared/images/domain/convertible-formats.ts";
import {
  ConversionRefused,
  type DiskFile,
  type Workshop,
  type Workshops,
} from "../../../shared/images/ports/workshop.ts";

const HEADER_BYTES = 512;

/** Enough of a qcow2 for whoever inspects it: a header, and the disk as it is behind it. */
export function smallQcow2(disk: Uint8Array, virtualSize = disk.length): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write("QFI\xfb", "latin1");
  header.writeUInt32BE(3, 4);
  header.writeBigUInt64BE(BigInt(virtualSize), 24);
  return Buffer.concat([header, disk]);
}

const isQcow2 = (bytes: Buffer): boolean => bytes.toString("latin1", 0, 4) === "QFI\xfb";
const diskIn = (bytes: Buffer, format: ConvertibleFormat): Buffer =>
  format === "qcow2" ? bytes.subarray(HEADER_BYTES) : bytes;

const memoryFile = (path: string, bytes: Buffer): DiskFile => ({
  ...{ path, size: bytes.length },
  read: async (offset, length) => bytes.subarray(offset, offset + length),
  stream: async function* () {
    for (let at = 0; at < bytes.length; at += 4) yield bytes.subarray(at, at + 4);
  },
});

/** What one machine has in its folder, in all of its lives. */
export interface MemoryFolder {
  readonly name: string;
  readonly files: Map<string, Buffer>;
}

export const memoryFolder = (): MemoryFolder => ({ name: randomUUID(), files: new Map() });

/** Workshops in memory that know raw and a small qcow2. `work` is called before each piece of work. */
export function memoryWorkshops(
  { name, files }: MemoryFolder,
  work: (what: "take" | "describe" | "convert") => Promise<void> | void = () => {},
  room = 1_000_000,
): Workshops {
  const clear = async (shop: string) => {
    for (const path of files.keys()) if (path.startsWith(`${shop}/`)) files.delete(path);
  };
  const open = (shop: string): Workshop => {
    const put = (file: string, bytes: Buffer) => {
      files.set(`${shop}/${file}`, bytes);
      return memoryFile(`${shop}/${file}`, bytes);
    };
    const bytesOf = ({ path }: DiskFile) => files.get(path) ?? Buffer.alloc(0);
    return {
      take: async (bytes, size, signal) => {
        if (size > room) throw new ConversionRefused(`There is room for ${room} bytes.`);
        await work("take");
        const chunks: Uint8Array[] = [];
        for await (const chunk of bytes) chunks.push(chunk);
        signal.throwIfAborted();
        return put("source", Buffer.concat(chunks));
      },
      describe: async (file, format, signal) => {
        await work("describe");
        signal.throwIfAborted();
        const bytes = bytesOf(file);
        if (format === "raw") return { virtualSize: bytes.length };
        if (!isQcow2(bytes)) throw new ConversionRefused(`The data is no ${format}.`);
        return { virtualSize: Number(bytes.readBigUInt64BE(24)) };
      },
      convert: async (file, { from, to, mostBytes }, signal) => {
        await work("convert");
        signal.throwIfAborted();
        const disk = diskIn(bytesOf(file), from);
        const made = to === "qcow2" ? smallQcow2(disk) : disk;
        if (made.length > mostBytes) throw new ConversionRefused(`It has more than ${mostBytes} bytes.`);
        return put("result", made);
      },
      close: () => clear(shop),
    };
  };
  return {
    name,
    leftBehind: [...new Set([...files.keys()].map((path) => path.split("/")[0] ?? ""))],
    open: async (shop) => {
      await clear(shop);
      return open(shop);
    },
    clear,
  };
}

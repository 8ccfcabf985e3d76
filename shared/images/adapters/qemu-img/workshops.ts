import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ConversionRefused, type DiskFile, type Workshop, type Workshops } from "../../ports/workshop.ts";
import { networkCut } from "./network-cut.ts";
import { type ConversionLimits, qemuImg } from "./qemu-img.ts";

const CHUNK_BYTES = 1024 * 1024;
/** For what a converted image needs beside its data. */
const SPARE_BYTES = 16 * CHUNK_BYTES;
/** Ids of tasks, and no other names: a folder of this name is deleted. */
const taskId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function diskFile(path: string): Promise<DiskFile> {
  const { size } = await stat(path);
  return {
    path,
    size,
    read: async (offset, length) => {
      const file = await open(path);
      try {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    stream: () => createReadStream(path, { highWaterMark: CHUNK_BYTES }),
  };
}

/** By the name that this folder has had from its first life on. */
async function nameOf(folder: string): Promise<string> {
  const path = join(folder, "name");
  const known = await readFile(path, "utf8").catch(() => "");
  if (taskId.test(known)) return known;
  const name = randomUUID();
  await writeFile(`${path}.new`, name);
  await rename(`${path}.new`, path);
  return name;
}

const noRoom = (free: number, size: number): ConversionRefused =>
  new ConversionRefused(
    `The converter's disk has ${Math.max(0, free)} bytes of room, too few for the ${size} bytes of this data: ` +
      "ask your operator for a larger image_converter_disk.",
  );

function workshop(folder: string, tool: ReturnType<typeof qemuImg>): Workshop {
  const [source, result] = [join(folder, "source"), join(folder, "result")];
  return {
    take: async (bytes, size, signal) => {
      const { bavail, bsize } = await statfs(folder);
      const free = bavail * bsize - SPARE_BYTES;
      if (free < size) throw noRoom(free, size);
      try {
        await pipeline(bytes, createWriteStream(source, { flags: "wx", mode: 0o600 }), { signal });
      } catch (error) {
        signal.throwIfAborted();
        if ((error as NodeJS.ErrnoException).code === "ENOSPC") throw noRoom(free, size);
        throw error;
      }
      const file = await diskFile(source);
      if (file.size !== size) throw new Error(`the store sent ${file.size} of ${size} bytes`);
      return file;
    },
    describe: async ({ path }, format, signal) => {
      const virtualSize = await tool.info(path, format, signal);
      await tool.check(path, format, signal);
      return { virtualSize };
    },
    convert: async ({ path }, { from, to, mostBytes }, signal) => {
      await tool.convert({ path, format: from }, { path: result, format: to, mostBytes }, signal);
      return diskFile(result);
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * Workshops in a folder of this machine that nobody else uses, with qemu-img. What lies in it from an earlier life is told
 * and not yet deleted.
 */
export async function qemuImgWorkshops(folder: string, limits: ConversionLimits): Promise<Workshops> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const tool = qemuImg({ before: networkCut(), limits });
  const place = (name: string): string => {
    if (!taskId.test(name)) throw new Error(`no workshop can be named ${name}`);
    return join(folder, name);
  };
  const clear = (name: string) =>
    taskId.test(name) ? rm(place(name), { recursive: true, force: true }) : Promise.resolve();
  return {
    name: await nameOf(folder),
    leftBehind: (await readdir(folder)).filter((name) => taskId.test(name)),
    open: async (name) => {
      await clear(name);
      await mkdir(place(name), { mode: 0o700 });
      return workshop(place(name), tool);
    },
    clear,
  };
}

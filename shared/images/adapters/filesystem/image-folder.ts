import { constants } from "node:fs";
import { type FileHandle, lstat, open, stat } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { BlobStoreFailed } from "../../ports/blob-store.ts";
import { systemCode } from "./filesystem-errors.ts";

/** The folder for what is being received, beside the images. No key begins with a dot. */
export const INCOMING = ".incoming";

/** Whether a file of this name is an image's: no path, nothing hidden, and no longer than names may be. */
export const isFileKey = (name: string): boolean => /^[0-9A-Za-z][0-9A-Za-z._-]{0,199}$/.test(name);

/** The folder as paths are made of it. Throws RangeError for one that is not absolute. */
export function checkedFolder(datadir: string): string {
  if (!isAbsolute(datadir))
    throw new RangeError(`filesystem_store_datadir must be an absolute path, not '${datadir}'.`);
  return resolve(datadir);
}

/** Where an image lies: right in the folder, as Glance has it. Throws RangeError for a name that would lead elsewhere. */
export function imagePath(datadir: string, key: string): string {
  if (!isFileKey(key))
    throw new RangeError(`'${key}' is no key of this store: one is a file's name, such as an image's id.`);
  return join(datadir, key);
}

/** Absence is told only by a folder that is there: without its mount every image would seem to be lost. */
async function absent(datadir: string): Promise<undefined> {
  await stat(datadir);
  return undefined;
}

const notPlain = (key: string) =>
  new BlobStoreFailed(`What lies in the image store under the name ${key} is no plain file.`);

/** What the system says of an image's file; undefined when there is none. A link is never followed. */
export async function statImage(datadir: string, key: string) {
  try {
    const found = await lstat(imagePath(datadir, key), { bigint: true });
    if (!found.isFile()) throw notPlain(key);
    return found;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return absent(datadir);
    throw error;
  }
}

/** An image's file for reading; undefined when there is none. A link is never followed, and nothing waited for. */
export async function openImage(datadir: string, key: string): Promise<FileHandle | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let file: FileHandle;
  try {
    file = await open(imagePath(datadir, key), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (systemCode(error) === "ELOOP") throw notPlain(key);
    if (systemCode(error) === "ENOENT") return absent(datadir);
    throw error;
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw notPlain(key);
}

/** Makes the names in a folder last: after a crash of the machine they are as they are now. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import { constants } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { BlobStoreFailed } from "../../ports/blob-store.ts";
import { isFileKey } from "./file-names.ts";
import { systemCode } from "./filesystem-errors.ts";
import { settledPath } from "./remove-file.ts";
import { requireFolder } from "./require-folder.ts";

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
  await requireFolder(datadir);
  return undefined;
}

/** Times that a name is looked at; a removal would have to begin and end between each two for a file to be missed. */
const LOOKS = 3;

/**
 * What `look` finds under the image's name; looks again, as a removal may have given the file back meanwhile. Where nothing
 * may be written the file is found under the name by which a removal holds it.
 */
async function lookAgain<Found>(
  datadir: string,
  key: string,
  look: (path: string) => Promise<Found>,
): Promise<Found | undefined> {
  let path = join(datadir, key);
  for (let looks = 1; ; looks++) {
    try {
      return await look(path);
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
    }
    if (looks === LOOKS) return absent(datadir);
    path = (await settledPath(datadir, key)) ?? join(datadir, key);
  }
}

const notPlain = (key: string) =>
  new BlobStoreFailed(`What lies in the image store under the name ${key} is no plain file.`);

/** What the system says of an image's file; undefined when there is none. A link is never followed. */
export async function statImage(datadir: string, key: string) {
  imagePath(datadir, key);
  const found = await lookAgain(datadir, key, (path) => lstat(path, { bigint: true }));
  if (found && !found.isFile()) throw notPlain(key);
  return found;
}

/** An image's file for reading; undefined when there is none. A link is never followed, and nothing waited for. */
export async function openImage(datadir: string, key: string): Promise<FileHandle | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  imagePath(datadir, key);
  let file: FileHandle | undefined;
  try {
    file = await lookAgain(datadir, key, (path) => open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  } catch (error) {
    if (systemCode(error) === "ELOOP") throw notPlain(key);
    throw error;
  }
  if (!file) return undefined;
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

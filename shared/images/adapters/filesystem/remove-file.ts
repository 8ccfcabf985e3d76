import { randomUUID } from "node:crypto";
import { lstat, mkdir, readdir, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { fileMark } from "./file-mark.ts";
import { INCOMING, isFileKey } from "./file-names.ts";
import { isDenied, systemCode } from "./filesystem-errors.ts";
import { linkUnlessTaken } from "./link-unless-taken.ts";

// Names are used again, so a late deletion could meet newer bytes under its name, and no file system removes a file on
// condition of what it is. So a file that is to go is first taken out under a name which says what it ought to be, and
// looked at there:
//
//     <key>  ──rename──►  .incoming/gone~<key>~<mark>~<random>  ──► it has this mark: removed
//                                                               ──► it has not: given back its name, unless that is taken
//
// The second is decided by the file and its name alone, so anybody can do it, and twice: whoever finds no file under a
// key looks there first. A run that is killed between the two loses nothing, and no reader misses a file for it.

const GONE = "gone";

const ofNoFile =
  <Result>(instead: Result) =>
  (error: unknown): Result => {
    if (systemCode(error) === "ENOENT") return instead;
    throw error;
  };

/** Ends one removal. */
async function settle(folder: string, name: string): Promise<void> {
  const [, key = "", mark = ""] = name.split("~");
  if (!isFileKey(key)) return;
  const path = join(folder, INCOMING, name);
  const found = await lstat(path, { bigint: true }).catch(ofNoFile(undefined));
  if (found === undefined) return;
  // Taken: whoever holds the name now is the only attempt that could become the image's, and this file is nobody's.
  if (fileMark(found) !== mark) await linkUnlessTaken(path, join(folder, key)).catch(ofNoFile(false));
  await unlink(path).catch(ofNoFile(undefined));
}

/** Ends removals of a key, or of all keys, that others have begun; how many there were. */
export async function settleRemovals(folder: string, key?: string): Promise<number> {
  const names = await readdir(join(folder, INCOMING)).catch(ofNoFile<string[]>([]));
  const begun = names.filter((name) => name.startsWith(key === undefined ? `${GONE}~` : `${GONE}~${key}~`));
  for (const name of begun) await settle(folder, name);
  return begun.length;
}

/**
 * Ends removals of a key that others have begun. Where nothing may be written: the path of the file that one of them has to
 * give back.
 */
export async function settledPath(folder: string, key: string): Promise<string | undefined> {
  try {
    await settleRemovals(folder, key);
  } catch (error) {
    if (!isDenied(error)) throw error;
    for (const name of await readdir(join(folder, INCOMING))) {
      const [kind, of, mark] = name.split("~");
      if (kind !== GONE || of !== key) continue;
      const path = join(folder, INCOMING, name);
      const found = await lstat(path, { bigint: true }).catch(ofNoFile(undefined));
      if (found && fileMark(found) !== mark) return path;
    }
  }
  return undefined;
}

/** Removes the file of this key if it has this mark, and no other, whoever does what at the same time. Idempotent. */
export async function removeFile(folder: string, key: string, mark: string): Promise<void> {
  await settleRemovals(folder, key);
  const found = await lstat(join(folder, key), { bigint: true }).catch(ofNoFile(undefined));
  if (found === undefined || fileMark(found) !== mark) return;
  const name = [GONE, key, mark, randomUUID()].join("~");
  // Not there in a folder into which only a Glance has written.
  await mkdir(join(folder, INCOMING), { mode: 0o700 }).catch((error: unknown) => {
    if (systemCode(error) !== "EEXIST") throw error;
  });
  await rename(join(folder, key), join(folder, INCOMING, name)).catch(ofNoFile(undefined));
  await settle(folder, name);
}

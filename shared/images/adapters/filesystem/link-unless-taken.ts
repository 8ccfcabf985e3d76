import { link, lstat } from "node:fs/promises";
import { systemCode } from "./filesystem-errors.ts";

/** Whether two names are of one file; false where one of them is none. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  try {
    const [a, b] = await Promise.all([lstat(one, { bigint: true }), lstat(other, { bigint: true })]);
    return a.ino === b.ino && a.dev === b.dev;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** Gives the file its name, unless that is taken: unlike a renaming, a link never replaces a file. Whether it has it now. */
export async function linkUnlessTaken(file: string, path: string): Promise<boolean> {
  try {
    await link(file, path);
    return true;
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
    // It may be this very link: NFS says so when the first answer was lost.
    return isSameFile(file, path);
  }
}

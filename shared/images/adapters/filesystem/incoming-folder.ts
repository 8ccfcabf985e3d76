import { lstat, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { INCOMING } from "./file-names.ts";
import { systemCode } from "./filesystem-errors.ts";
import { settleRemovals } from "./remove-file.ts";
import { requireFolder } from "./require-folder.ts";

/** A write that got no byte for so long was killed. */
const ABANDONED_MS = 24 * 3_600_000;
/** The same of an upload in parts, which a later run goes on with: longer than any transfer lives. */
const ABANDONED_UPLOAD_MS = 8 * 24 * 3_600_000;

/** Deletes what killed writes have left. */
async function sweep(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    try {
      const found = await lstat(path);
      const most = found.isDirectory() ? ABANDONED_UPLOAD_MS : ABANDONED_MS;
      if (name.includes("~") || Date.now() - found.mtimeMs <= most) continue;
      if (found.isFile() || found.isDirectory()) await rm(path, { recursive: true, force: true });
    } catch (error) {
      // Its writer, or another sweep, was faster.
      if (systemCode(error) !== "ENOENT") throw error;
    }
  }
}

/** The folder for what is being received, beside the images, without what killed runs have left there long ago. */
export async function incomingFolder(datadir: string): Promise<string> {
  const incoming = join(datadir, INCOMING);
  await requireFolder(datadir);
  try {
    // Not `recursive`: a folder that is not mounted must not be made anew below its mount point.
    await mkdir(incoming, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
  if (!(await lstat(incoming)).isDirectory()) throw new Error(`${incoming} is no folder: remove it.`);
  await sweep(incoming);
  await settleRemovals(datadir);
  return incoming;
}

import { lstat, opendir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BlobStoreFailed } from "../../ports/blob-store.ts";
import { INCOMING } from "./file-names.ts";
import { systemCode } from "./filesystem-errors.ts";

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** Another file system than what is around it. */
async function isMountPoint(folder: string): Promise<boolean> {
  const [inside, around] = await Promise.all([stat(folder), stat(dirname(folder))]);
  return inside.dev !== around.dev;
}

/** Files that are named as images are, such as a Glance has written. */
async function hasImages(folder: string): Promise<boolean> {
  for await (const entry of await opendir(folder))
    if (entry.isFile() && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(entry.name)) return true;
  return false;
}

/**
 * Throws where the folder of the images is not there. Without its mount an empty one is in its place: of that nothing may be
 * told, deleted or stored. What was used before has the folder for what is received; a new one is a file system of its own,
 * has images, or was given that folder by who knows that it is the right one.
 */
export async function requireFolder(datadir: string): Promise<void> {
  if (await exists(join(datadir, INCOMING))) return;
  if ((await isMountPoint(datadir)) || (await hasImages(datadir))) return;
  throw new BlobStoreFailed(
    `The folder of the image store is empty: it is not mounted, or new. Mount it, or make a folder ${INCOMING} in it.`,
  );
}

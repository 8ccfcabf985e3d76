import { open, realpath, rm, stat, statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { bytesText } from "../command-line/amounts.ts";
import { Advised, UsageError } from "../command-line/failures.ts";
import type { Image } from "../openstack/image-service.ts";
import { safeFileName } from "./safe-file-name.ts";

const seen = (path: string) =>
  stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });

/** The data is written beside the file first. Tried in earnest: for root every folder looks writable. */
async function assertWritable(path: string, folder: string): Promise<void> {
  try {
    const isNew = !(await seen(path));
    await (await open(path, "a")).close();
    if (isNew) await rm(path);
  } catch (error) {
    throw new UsageError(`nothing can be written to the folder ${folder}`, { cause: error });
  }
}

/** A file that may be made or replaced there; behind a link, that which it leads to, as cp does. */
async function fileAt(path: string, mayReplace: boolean): Promise<string> {
  const found = await seen(path);
  if (found && !found.isFile())
    throw new UsageError(`${path} is not a regular file; - writes to standard output`);
  if (found && !mayReplace) throw new UsageError(`${path} exists already; --force replaces it`);
  const file = found ? await realpath(path) : path;
  const folder = dirname(resolve(file));
  if (!(await seen(folder))) throw new UsageError(`the folder ${folder} does not exist; make it first`);
  await assertWritable(`${file}.part`, folder);
  return file;
}

/**
 * Looks at where a download is to go before anything is asked of the service. Resolves to what tells the file's path:
 * into a folder goes a file with the image's name. Both throw UsageError for what cannot be written.
 */
export async function destination(
  target: string,
  mayReplace: boolean,
): Promise<(image: Image) => Promise<string>> {
  const found = await seen(target);
  if (found?.isDirectory()) {
    return (image) => fileAt(join(target, safeFileName(image)), mayReplace);
  }
  if (/[/\\]$/.test(target)) throw new UsageError(`the folder ${target} does not exist; make it first`);
  const file = await fileAt(target, mayReplace);
  return async () => file;
}

/**
 * Throws Advised when the image may not fit: its full size counts, though zeros become holes and take no room. What an
 * earlier run has written beside the file counts as there.
 */
export async function assertRoom(file: string, image: Image): Promise<void> {
  const folder = dirname(resolve(file));
  const { bavail, bsize, blocks } = await statfs(folder);
  const there = (await seen(`${file}.part`))?.blocks ?? 0;
  const [free, needed] = [bavail * bsize, (image.size ?? 0) - there * 512];
  // Some network file systems do not say.
  if (blocks === 0 || free >= needed) return;
  throw new Advised(
    new Error(`${file} needs ${bytesText(needed)}, but ${folder} has ${bytesText(free)} free`),
    "Make room, name another folder, or give --no-space-check for an image that is mostly zeros.",
  );
}

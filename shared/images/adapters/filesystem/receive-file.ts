import { randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { translateSystemErrors } from "./filesystem-errors.ts";
import { imagePath, syncFolder } from "./image-folder.ts";
import { incomingFolder } from "./incoming-folder.ts";
import { linkUnlessTaken } from "./link-unless-taken.ts";

const onDisk = <Result>(call: () => Promise<Result>) => translateSystemErrors("store an image", call);

/** A new file of the first chunk and all others, on the disk when this returns. */
async function fill(
  path: string,
  { first, rest }: { readonly first: IteratorResult<Uint8Array>; readonly rest: AsyncIterator<Uint8Array> },
  mode: number | undefined,
): Promise<void> {
  const file = await onDisk(() => open(path, "wx"));
  try {
    // Only what the disk refuses is translated: an error of the source is its own.
    for (let chunk = first; !chunk.done; chunk = await rest.next()) {
      const { value } = chunk;
      await onDisk(() => file.writeFile(value));
    }
    if (mode !== undefined) await onDisk(() => file.chmod(mode));
    await onDisk(() => file.sync());
  } finally {
    await file.close();
  }
}

/**
 * Receives a file beside the images, and gives it its name when all of it is on the disk. Whoever reads sees all or
 * nothing, whenever the process or the machine ends. What fails leaves nothing, and ends the source; what was there
 * before stays. `mode`: permissions of the file; those of the process unless said.
 */
export async function receiveFile(
  { datadir, key, mode }: { readonly datadir: string; readonly key: string; readonly mode?: number },
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  const rest = bytes[Symbol.asyncIterator]();
  try {
    // Begun before anything here can fail: a source that was never begun could not be ended.
    const first = await rest.next();
    const path = imagePath(datadir, key);
    const temporary = join(await onDisk(() => incomingFolder(datadir)), randomUUID());
    try {
      await fill(temporary, { first, rest }, mode);
      await onDisk(() => linkUnlessTaken(temporary, path));
    } finally {
      // What it leaves, a later sweep deletes.
      await rm(temporary, { force: true }).catch(() => undefined);
    }
    await onDisk(() => syncFolder(datadir));
  } finally {
    await rest.return?.();
  }
}

import { createHash, randomUUID } from "node:crypto";
import { lstat, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { BlobMissing, type BlobStore } from "../../ports/blob-store.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import { PartsRefused, type StoredPart, UploadGone } from "../../ports/presigning-store.ts";
import { type FilesystemStoreOptions, fileMode, filesystemBlobStore } from "./blob-store.ts";
import { describedFile, fileMark } from "./file-mark.ts";
import { INCOMING } from "./file-names.ts";
import { systemCode, translateSystemErrors } from "./filesystem-errors.ts";
import { checkedFolder, imagePath, syncFolder } from "./image-folder.ts";
import { incomingFolder } from "./incoming-folder.ts";
import { isSameFile, linkUnlessTaken } from "./link-unless-taken.ts";
import { removeFile } from "./remove-file.ts";
import { requireFolder } from "./require-folder.ts";

// An upload in parts is a folder `.incoming/<upload>`:
//
//     bytes                     the image's bytes, as far as they have come, each part at its place
//     <number>-<size>-<md5>     a part is there, all of it, on the disk
//     whole                     `bytes` by its second name, when no part is taken any more; the image's file is a link to it
//     aborted                   `whole` by its last name, from which nothing is linked any more
//
// Each step is safe to repeat, and a run that is killed anywhere costs the part in hand.

interface Part extends StoredPart {
  readonly name: string;
}

function partOf(name: string): Part | undefined {
  const [, number, size, etag] = /^(\d{1,5})-(\d{1,15})-([0-9a-f]{32})$/.exec(name) ?? [];
  if (number === undefined || size === undefined || etag === undefined) return undefined;
  return { name, number: Number(number), size: Number(size), etag };
}

async function storedParts(folder: string): Promise<Part[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => partOf(name) ?? []).sort((one, other) => one.number - other.number);
}

/** An upload that is not there is gone, where its folder is; all else comes through. */
async function uploadIn<Result>(datadir: string, what: string, call: () => Promise<Result>): Promise<Result> {
  return translateSystemErrors(what, async () => {
    try {
      return await call();
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
      await requireFolder(datadir);
      throw new UploadGone("There is no such upload.");
    }
  });
}

async function writeAt(path: string, offset: number, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "r+");
  try {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, at, bytes.length - at, offset + at);
      at += bytesWritten;
    }
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** All parts have come: from now on none is taken, and what there is is the image. */
async function close(upload: string, parts: readonly Pick<StoredPart, "number" | "etag">[], mode?: number) {
  const there = new Map((await storedParts(upload)).map((part) => [part.number, part]));
  const chosen = parts.map(({ number, etag }) => {
    const part = there.get(number);
    if (part?.etag !== etag) throw new PartsRefused(`The part ${number} is not stored as it was said.`);
    return part;
  });
  const size = chosen.reduce((sum, part) => sum + part.size, 0);
  const file = await open(join(upload, "bytes"), "r+");
  try {
    if ((await file.stat()).size !== size)
      throw new PartsRefused("The stored parts are not all that was sent.");
    if (mode !== undefined) await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(join(upload, "bytes"), join(upload, "whole"));
  await syncFolder(upload);
}

/** Takes an upload's bytes the names from which runs go on with them. */
async function setAside(upload: string): Promise<void> {
  // First the name that is given first: a run that is about to give the second finds nothing.
  await rm(join(upload, "bytes"), { force: true });
  await rename(join(upload, "whole"), join(upload, "aborted")).catch((error: unknown) => {
    if (systemCode(error) !== "ENOENT") throw error;
  });
}

async function isClosed(upload: string): Promise<boolean> {
  return (await readdir(upload)).includes("whole");
}

/**
 * A folder's store that also takes copies part by part. Its keys are used again: an upload gets its name only where none
 * has it, and is told from others by being the same file.
 */
export function folderStore(options: FilesystemStoreOptions): BlobStore & CopyTarget {
  const datadir = checkedFolder(options.filesystem_store_datadir);
  const mode = fileMode(options.filesystem_store_file_perm);
  const ofUpload = <Result>(what: string, call: () => Promise<Result>) => uploadIn(datadir, what, call);
  const folderOf = (uploadId: string): string => {
    if (!/^[0-9a-f-]{36}$/i.test(uploadId)) throw new UploadGone("There is no such upload.");
    return join(datadir, INCOMING, uploadId);
  };
  const removeUpload = async (uploadId: string): Promise<void> => {
    await requireFolder(datadir);
    await rm(folderOf(uploadId), { recursive: true, force: true });
  };
  /** Whether the image's file is what this upload has brought; what there is then. */
  const placed = async (key: string, uploadId: string, name = "whole") => {
    const whole = join(folderOf(uploadId), name);
    if (!(await isSameFile(whole, imagePath(datadir, key)))) return undefined;
    return lstat(whole, { bigint: true });
  };

  return {
    ...filesystemBlobStore(options),

    createUpload: (key, wanted = randomUUID()) =>
      translateSystemErrors("store an image", async () => {
        imagePath(datadir, key);
        await incomingFolder(datadir);
        const upload = folderOf(wanted);
        try {
          await mkdir(upload, { mode: 0o700 });
        } catch (error) {
          if (systemCode(error) !== "EEXIST") throw error;
        }
        if (!(await isClosed(upload))) await (await open(join(upload, "bytes"), "a")).close();
        await syncFolder(join(datadir, INCOMING));
        return wanted;
      }),

    canCopyFrom: () => false,

    // Bytes come through here, whatever they come from; a source or an upload that is gone is told all the same.
    copyPart: async ({ store, key }, part) => {
      if (!(await store.head(key))) throw new BlobMissing("There is no such object.");
      await ofUpload("look at an upload", () => readdir(folderOf(part.uploadId)));
      return false;
    },

    sendPart: (_, uploadId, number, bytes, offset, md5) =>
      ofUpload("store an image", async () => {
        const upload = folderOf(uploadId);
        if (offset === undefined) throw new RangeError("A folder has to be told where a part lies.");
        const etag = md5 ?? createHash("md5").update(bytes).digest("hex");
        // What was there of this number gives way before the bytes do.
        for (const { name, ...part } of await storedParts(upload))
          if (part.number === number) await rm(join(upload, name), { force: true });
        await writeAt(join(upload, "bytes"), offset, bytes);
        await (await open(join(upload, `${number}-${bytes.length}-${etag}`), "w")).close();
        await syncFolder(upload);
        return etag;
      }),

    listParts: (_, uploadId) =>
      ofUpload("look at an upload", async () => ({
        parts: (await storedParts(folderOf(uploadId))).map(({ name: _, ...part }) => part),
      })),

    completeUpload: async (key, uploadId, parts) => {
      const upload = folderOf(uploadId);
      await ofUpload("store an image", async () => {
        if (!(await isClosed(upload))) await close(upload, parts, mode);
        await linkUnlessTaken(join(upload, "whole"), imagePath(datadir, key));
      });
      await translateSystemErrors("store an image", () => syncFolder(datadir));
    },

    findCopied: (key, uploadId) =>
      translateSystemErrors("look at an image", async () => {
        const found = await placed(key, uploadId);
        return found && describedFile(found);
      }),

    forgetUpload: (uploadId) => translateSystemErrors("delete an upload", () => removeUpload(uploadId)),

    abortUpload: (key, uploadId) =>
      translateSystemErrors("delete an upload", async () => {
        // A run that was left behind links nothing after this; what it has linked before is found now.
        await setAside(folderOf(uploadId));
        const found = await placed(key, uploadId, "aborted");
        if (found) await removeFile(datadir, key, fileMark(found));
        await removeUpload(uploadId);
        await syncFolder(datadir);
      }),
  };
}

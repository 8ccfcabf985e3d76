import { unlink } from "node:fs/promises";
import { BlobMissing, type BlobStore, BlobStoreFailed } from "../../ports/blob-store.ts";
import { exactBytes } from "../streams/exact-bytes.ts";
import { describedFile } from "./file-mark.ts";
import { systemCode, translateSystemErrors } from "./filesystem-errors.ts";
import { checkedFolder, imagePath, openImage, statImage, syncFolder } from "./image-folder.ts";
import { receiveFile } from "./receive-file.ts";
import { removeFile } from "./remove-file.ts";
import { requireFolder } from "./require-folder.ts";

/** Glance's options of a filesystem store. */
export interface FilesystemStoreOptions {
  /** The folder of the images, an absolute path. It is there already, so that a mount that is missing is seen. */
  readonly filesystem_store_datadir: string;
  /** Permissions of images as the decimal number that looks like their octal one, such as 640; 0: the process's own. */
  readonly filesystem_store_file_perm: number;
  /** Bytes that a reader gets at once. */
  readonly filesystem_store_chunk_size: number;
}

/** The file mode of `filesystem_store_file_perm`. Throws RangeError for what is none, or keeps the service itself out. */
export function fileMode(perm: number): number | undefined {
  if (perm === 0) return undefined;
  const mode = /^[0-7]{1,4}$/.test(String(perm)) ? Number.parseInt(String(perm), 8) : 0;
  if ((mode & 0o400) === 0)
    throw new RangeError(
      `filesystem_store_file_perm must be 0 or octal digits by which the owner may read, such as 640, not ${perm}.`,
    );
  return mode;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/**
 * Image bytes as files of one folder, named by their keys, which a Glance with the same folder reads and writes too
 * (location `file://<folder>/<key>`). Links are never followed, and no key leads out of the folder.
 */
export function filesystemBlobStore(options: FilesystemStoreOptions): BlobStore {
  const datadir = checkedFolder(options.filesystem_store_datadir);
  const mode = fileMode(options.filesystem_store_file_perm);
  const chunkBytes = options.filesystem_store_chunk_size;

  const head: BlobStore["head"] = (key) =>
    translateSystemErrors("look at an image", async () => {
      const found = await statImage(datadir, key);
      return found && describedFile(found);
    });

  const write: BlobStore["write"] = async (key, bytes, size) => {
    await receiveFile({ datadir, key, ...(mode !== undefined && { mode }) }, exactBytes(bytes, size));
    const stored = await head(key);
    if (!stored) throw new BlobStoreFailed("The image was deleted while it was stored; try again later.");
    return stored;
  };

  async function* chunksOf(key: string, offset: number, end: number, mostBytes: number) {
    const reading = <Result>(call: () => Promise<Result>) => translateSystemErrors("read an image", call);
    const file = await reading(() => openImage(datadir, key));
    if (!file) throw new BlobMissing("There is no such file.");
    try {
      const { size } = await reading(() => file.stat());
      const last = Math.min(end, size);
      for (let at = offset; at < last; ) {
        const chunk = Buffer.allocUnsafe(Math.min(mostBytes, last - at));
        const { bytesRead } = await reading(() => file.read(chunk, 0, chunk.length, at));
        if (bytesRead === 0) return;
        yield chunk.subarray(0, bytesRead);
        at += bytesRead;
      }
    } finally {
      await file.close();
    }
  }

  return {
    put: async (key, bytes) => (await write(key, once(bytes))).etag,

    write,

    head,

    read: async (key, offset, length) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of chunksOf(key, offset, offset + length, length)) chunks.push(chunk);
      return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    },

    readStream: (key, { offset = 0, length = Number.POSITIVE_INFINITY } = {}) =>
      chunksOf(key, offset, offset + length, chunkBytes),

    delete: (key, etag) =>
      translateSystemErrors("delete an image", async () => {
        const path = imagePath(datadir, key);
        // Of a folder that is not there nothing is known, and this says so.
        await requireFolder(datadir);
        try {
          if (etag === undefined) await unlink(path);
          else await removeFile(datadir, key, etag);
        } catch (error) {
          if (systemCode(error) !== "ENOENT") throw error;
        }
        await syncFolder(datadir);
      }),
  };
}

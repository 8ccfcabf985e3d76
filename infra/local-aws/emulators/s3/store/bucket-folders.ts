import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder, syncFolder } from "../../../lasting-folders.ts";

/** The folders of one bucket; all on one file system, so that a rename between them is atomic. */
export interface BucketFolders {
  /** One JSON a key with all its versions, named by the hash of the key. */
  readonly objects: string;
  /** One JSON a multipart upload in progress, named by its id. */
  readonly uploads: string;
  /** The bytes. A file here that nothing names is garbage. */
  readonly data: string;
  /** Files being written. Everything here is garbage after a crash. */
  readonly incoming: string;
}

export async function openBucketFolders(directory: string, bucket: string): Promise<BucketFolders> {
  const inBucket = (folder: string) => join(directory, bucket, folder);
  const folders = {
    objects: inBucket("objects"),
    uploads: inBucket("uploads"),
    data: inBucket("data"),
    incoming: inBucket("incoming"),
  };
  await makeFolder(join(directory, bucket));
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  await syncFolder(join(directory, bucket));
  return folders;
}

/** Writes a record so that after any crash its name holds the old state or the new one, whole. */
export async function writeRecord(
  folders: BucketFolders,
  folder: string,
  name: string,
  record: unknown,
): Promise<void> {
  const temporary = join(folders.incoming, randomUUID());
  try {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(JSON.stringify(record));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(folder, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

export async function removeRecord(folder: string, name: string): Promise<void> {
  await rm(join(folder, name), { force: true });
  await syncFolder(folder);
}

import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import {
  type FilesystemStoreOptions,
  filesystemBlobStore,
} from "../../../shared/images/adapters/filesystem/blob-store.ts";
import type { BlobStoreUnderTest } from "./store-under-test.ts";

/** Makes a folder one that a store has used before, if need be; an empty one may be a mount that is missing. */
export function usedFolder(folder: string): string {
  mkdirSync(join(folder, ".incoming"), { recursive: true });
  return folder;
}

/** A folder that is gone when the tests of the file are over. */
export function temporaryFolder(): string {
  const folder = usedFolder(mkdtempSync(join(tmpdir(), "glance-images-")));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The filesystem's store in a folder, with Glance's defaults. */
export const filesStore = (folder: string, options: Partial<FilesystemStoreOptions> = {}) =>
  filesystemBlobStore({
    filesystem_store_datadir: folder,
    filesystem_store_file_perm: 0,
    filesystem_store_chunk_size: 65_536,
    ...options,
  });

/** All files in a folder and below it, what is being received among them. */
export const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));

export function filesystemUnderTest(folder: string): BlobStoreUnderTest {
  const blobs = filesStore(folder);
  return {
    blobs,
    // As a Glance with the same folder does.
    place: (key, bytes) => writeFile(join(folder, key), bytes),
    discard: blobs.delete,
    newKey: randomUUID,
    leftovers: async () => filesIn(folder),
  };
}

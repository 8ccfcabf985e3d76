import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { folderStore } from "../../../shared/images/adapters/filesystem/folder-uploads.ts";
import { temporaryFolder, usedFolder } from "./filesystem-under-test.ts";

const temporary = temporaryFolder();

/** A folder of its own, and a key for an image in it. */
export async function opened() {
  const folder = usedFolder(join(temporary, randomUUID()));
  const store = folderStore({
    filesystem_store_datadir: folder,
    filesystem_store_file_perm: 640,
    filesystem_store_chunk_size: 65_536,
  });
  return { folder, store, key: randomUUID(), incoming: join(folder, ".incoming") };
}

export type Opened = Awaited<ReturnType<typeof opened>>;

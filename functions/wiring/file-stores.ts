import { folderStore } from "../../shared/images/adapters/filesystem/folder-uploads.ts";
import type { BlobStore } from "../../shared/images/ports/blob-store.ts";
import type { CopyTarget } from "../../shared/images/ports/copy-target.ts";
import type { FileStoreSetting } from "../../shared/settings/stores/store-setting.ts";
import { filesystemBlobInventory } from "../../shared/upkeep/adapters/filesystem/blob-inventory.ts";
import type { BlobInventory, UploadInventory } from "../../shared/upkeep/ports/blob-inventory.ts";

// Folders are reached by functions only that have them mounted: those whose access says so (infra/functions). Where no
// setting names one, no bundle has any of this (infra/bundling/absent-stores.ts).

export const folderOf = ({ datadir, filePerm, chunkSize }: FileStoreSetting): BlobStore & CopyTarget =>
  folderStore({
    filesystem_store_datadir: datadir,
    filesystem_store_file_perm: filePerm,
    filesystem_store_chunk_size: chunkSize,
  });

/** What lies in a folder. Uploads that were begun there end by themselves. */
export const folderInventory = ({ datadir }: FileStoreSetting): BlobInventory & UploadInventory => ({
  ...filesystemBlobInventory(datadir),
  listUploads: async () => ({ uploads: [] }),
  findUpload: async () => undefined,
});

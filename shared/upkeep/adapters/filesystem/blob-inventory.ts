import { opendir } from "node:fs/promises";
import { fileMark } from "../../../images/adapters/filesystem/file-mark.ts";
import { isFileKey } from "../../../images/adapters/filesystem/file-names.ts";
import { translateSystemErrors } from "../../../images/adapters/filesystem/filesystem-errors.ts";
import { checkedFolder, statImage } from "../../../images/adapters/filesystem/image-folder.ts";
import type { BlobInventory, ListedBlob } from "../../ports/blob-inventory.ts";

const PAGE = 1000;

/** The first `count` names after `after` in their order; the folder may hold many more than fit into memory. */
async function namesAfter(folder: string, after: string, count: number): Promise<readonly string[]> {
  let names: string[] = [];
  const first = () => names.sort((one, other) => (one < other ? -1 : 1)).slice(0, count);
  for await (const entry of await opendir(folder)) {
    if (!entry.isFile() || !isFileKey(entry.name) || entry.name <= after) continue;
    names.push(entry.name);
    if (names.length > 4 * count) names = first();
  }
  return first();
}

/** The images in the folder of a filesystem store; other files, folders and links are left out. `pageSize` is for tests. */
export function filesystemBlobInventory(datadir: string, pageSize = PAGE): BlobInventory {
  const folder = checkedFolder(datadir);
  const listed = async (key: string): Promise<ListedBlob | undefined> => {
    const found = await statImage(folder, key);
    return (
      found && {
        ...{ key, size: Number(found.size), modifiedAt: found.mtime.toISOString() },
        etag: fileMark(found),
      }
    );
  };
  return {
    listBlobs: (after = "") =>
      translateSystemErrors("list its images", async () => {
        const names = await namesAfter(folder, after, pageSize + 1);
        const page = names.slice(0, pageSize);
        const blobs: ListedBlob[] = [];
        for (const name of page) {
          const blob = await listed(name);
          if (blob) blobs.push(blob);
        }
        const next = page.at(-1);
        return names.length > pageSize && next !== undefined ? { blobs, next } : { blobs };
      }),
    findBlob: (key) =>
      translateSystemErrors("look at an image", async () => (isFileKey(key) ? listed(key) : undefined)),
  };
}

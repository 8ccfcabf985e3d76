import type {
  BlobInventory,
  ListedBlob,
  ListedUpload,
  UploadInventory,
} from "../../../shared/upkeep/ports/blob-inventory.ts";
import type { memoryBlobStore } from "../images/memory-blob-store.ts";

const byKey = (one: { key: string }, other: { key: string }) => (one.key < other.key ? -1 : 1);

/**
 * The inventory of blobs in memory, in pages of `pageSize`. `ages` says by key, or by upload id, when something was
 * written; what it does not name is of unknown age.
 */
export function memoryBlobInventory(
  { objects, uploads }: Pick<ReturnType<typeof memoryBlobStore>, "objects" | "uploads">,
  { pageSize = 1000 } = {},
) {
  const ages = new Map<string, string>();
  const blobs = (): ListedBlob[] =>
    [...objects]
      .map(([key, bytes]) => {
        const modifiedAt = ages.get(key);
        return { key, size: bytes.length, ...(modifiedAt !== undefined && { modifiedAt }) };
      })
      .sort(byKey);
  const listedUploads = (): ListedUpload[] =>
    [...uploads]
      .map(([uploadId, { key }]) => {
        const startedAt = ages.get(uploadId);
        return { key, uploadId, ...(startedAt !== undefined && { startedAt }) };
      })
      .sort((one, other) => byKey({ key: placeOf(one) }, { key: placeOf(other) }));
  const placeOf = ({ key, uploadId }: ListedUpload) => `${key}\n${uploadId}`;

  const inventory: BlobInventory & UploadInventory = {
    listBlobs: async (after = "") => {
      const left = blobs().filter(({ key }) => key > after);
      const page = left.slice(0, pageSize);
      const next = page.at(-1)?.key;
      return { blobs: page, ...(left.length > pageSize && next !== undefined ? { next } : {}) };
    },
    listUploads: async (after = "") => {
      const left = listedUploads().filter((upload) => placeOf(upload) > after);
      const page = left.slice(0, pageSize);
      const last = page.at(-1);
      return { uploads: page, ...(left.length > pageSize && last ? { next: placeOf(last) } : {}) };
    },
    findBlob: async (key) => blobs().find((blob) => blob.key === key),
    findUpload: async (key, uploadId) =>
      listedUploads().find((upload) => upload.key === key && upload.uploadId === uploadId),
  };
  return { inventory, ages };
}

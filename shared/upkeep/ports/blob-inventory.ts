export interface ListedBlob {
  readonly key: string;
  readonly size: number;
  /** ISO 8601, by the store's clock; absent when the store does not say. */
  readonly modifiedAt?: string;
  /** The store's own mark of these bytes, where its keys are used again. */
  readonly etag?: string;
}

export interface ListedUpload {
  readonly key: string;
  readonly uploadId: string;
  /** ISO 8601, by the store's clock; absent when the store does not say. */
  readonly startedAt?: string;
}

/**
 * What lies in a store of image bytes, by key, a page at a time; strongly consistent. Nothing here reads bytes.
 * A place to go on from stays good for days, whatever is written or deleted meanwhile.
 */
export interface BlobInventory {
  listBlobs(after?: string): Promise<{ readonly blobs: readonly ListedBlob[]; readonly next?: string }>;
  findBlob(key: string): Promise<ListedBlob | undefined>;
}

/** What was begun in a store that has multipart uploads, in the same way. */
export interface UploadInventory {
  listUploads(after?: string): Promise<{ readonly uploads: readonly ListedUpload[]; readonly next?: string }>;
  /** An upload that is neither completed nor aborted. */
  findUpload(key: string, uploadId: string): Promise<ListedUpload | undefined>;
}

/** The same of several stores, by their names. Of a store that is none any more nothing is listed, and nothing found. */
export interface Inventories {
  listNames(): readonly string[];
  listBlobs(
    store: string,
    ...place: Parameters<BlobInventory["listBlobs"]>
  ): ReturnType<BlobInventory["listBlobs"]>;
  findBlob(store: string, key: string): ReturnType<BlobInventory["findBlob"]>;
  listUploads(
    store: string,
    ...place: Parameters<UploadInventory["listUploads"]>
  ): ReturnType<UploadInventory["listUploads"]>;
  findUpload(store: string, key: string, uploadId: string): ReturnType<UploadInventory["findUpload"]>;
}

export const inventoriesByName = (
  inventories: ReadonlyMap<string, BlobInventory & UploadInventory>,
): Inventories => ({
  listNames: () => [...inventories.keys()],
  listBlobs: async (store, after) => (await inventories.get(store)?.listBlobs(after)) ?? { blobs: [] },
  findBlob: async (store, key) => inventories.get(store)?.findBlob(key),
  listUploads: async (store, after) => (await inventories.get(store)?.listUploads(after)) ?? { uploads: [] },
  findUpload: async (store, key, uploadId) => inventories.get(store)?.findUpload(key, uploadId),
});

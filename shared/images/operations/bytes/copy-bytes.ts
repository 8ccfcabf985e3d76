import { BlobMissing, type BlobStore, type StoredBlob, type StoredObject } from "../../ports/blob-store.ts";

/**
 * Copies an object from one store to another under `key`: by the store that takes it where that can, else through here
 * as a stream. Returns what is stored there then; an object that was there already is left as it is, so the caller
 * compares. Throws BlobMissing, and what BlobStore's `write` throws.
 */
export async function copyBytes(
  source: StoredObject,
  { store, key }: { readonly store: Pick<BlobStore, "write" | "copyFrom">; readonly key: string },
): Promise<StoredBlob> {
  const copied = await store.copyFrom?.(source, key);
  if (copied) return copied;
  const found = await source.store.head(source.key);
  if (!found) throw new BlobMissing("There is no such object.");
  return store.write(key, source.store.readStream(source.key), found.size);
}

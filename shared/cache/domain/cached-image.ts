import type { Image } from "../../images/domain/image.ts";
import type { Location, StoredBytes } from "../../images/domain/location.ts";
import { recordedHashes } from "./recorded-hashes.ts";

/** An image that is in the cache; all times are ISO 8601 UTC. */
export interface CachedImage {
  readonly image_id: string;
  /** Counts the writes; every write is conditional on the revision it read. */
  readonly revision: number;
  /** Of the copy; null for an image whose own store serves it by signed URLs: it is cached at no cost, where it is. */
  readonly key: string | null;
  readonly size: number;
  readonly checksum: string | null;
  readonly os_hash_value: string | null;
  /** What was cached. */
  readonly source: StoredBytes;
  /** Reads that were written down: never more than there were. */
  readonly hits: number;
  /** Null until it is read. */
  readonly last_accessed: string | null;
  /** When it was cached. */
  readonly last_modified: string;
}

/** Bytes in the cache that nobody is to read any more, to be deleted from then on. */
export interface RemovedCopy {
  readonly image_id: string;
  readonly key: string;
  readonly upload_id?: string;
  /** So many pieces of the copy with this key, and not the copy itself. */
  readonly pieces?: number;
  readonly due_at: string;
}

/** The image's data as they are now: what a cached image is a copy of, or not any more. */
export type CacheableImage = Pick<
  Image,
  "locations" | "size" | "checksum" | "os_hash_algo" | "os_hash_value"
>;

/** Whether they are the same bytes of the same store. */
export const isSame = (one: StoredBytes, other: StoredBytes): boolean =>
  one.store === other.store && one.key === other.key;

/** Whether one of the image's locations has just these bytes. */
export const hasSource = ({ locations }: Pick<Image, "locations">, source: StoredBytes): boolean =>
  locations.some((location: Location) => isSame(location, source));

/** Whether what is cached are the image's bytes: by its hash where it has one, else by where they came from. */
export const isCacheOf = (cached: CachedImage, image: CacheableImage): boolean => {
  if (cached.size !== image.size) return false;
  // Without a copy there is nothing but the place.
  const { os_hash_value } = recordedHashes(image);
  if (cached.key !== null && cached.os_hash_value !== null && os_hash_value !== null)
    return cached.os_hash_value === os_hash_value;
  return hasSource(image, cached.source);
};

/** By what the least recently used are found. */
export const lastUseOf = ({ last_accessed, last_modified }: CachedImage): string =>
  last_accessed !== null && last_accessed > last_modified ? last_accessed : last_modified;

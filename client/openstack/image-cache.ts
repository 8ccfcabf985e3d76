import { isJsonObject } from "../../shared/json-object.ts";
import { type ApiCaller, misunderstood, objectOf } from "./api-caller.ts";

/** An image in the cache, as the API shows it. Times are seconds since 1970; 0 is never. */
export interface CachedImageDocument {
  readonly image_id: string;
  readonly last_accessed: number;
  readonly last_modified: number;
  readonly size: number;
  readonly hits: number;
  readonly [detail: string]: unknown;
}

export type CacheTarget = "cache" | "queue" | "both";

/** The cache of an image service; for admins. Each call throws ApiRefused 404 where there is none. */
export interface ImageCache {
  state(): Promise<{ readonly cached: readonly CachedImageDocument[]; readonly queued: readonly string[] }>;
  queue(imageId: string): Promise<void>;
  /** Out of cache and queue. */
  remove(imageId: string): Promise<void>;
  clear(target: CacheTarget): Promise<void>;
  /** Takes out what is of no use. */
  clean(): Promise<void>;
  /** Makes it as small as it is to be, and says what that took. */
  prune(): Promise<{ readonly files: number; readonly bytes: number }>;
}

function cachedOf(value: unknown): CachedImageDocument {
  if (!isJsonObject(value) || typeof value.image_id !== "string") throw misunderstood();
  return value as unknown as CachedImageDocument;
}

const numberOf = (value: unknown): number => {
  if (typeof value !== "number") throw misunderstood();
  return value;
};

export const imageCache = (call: ApiCaller): ImageCache => {
  const entry = (imageId: string) => `/v2/cache/${encodeURIComponent(imageId)}`;
  return {
    state: async () => {
      const { cached_images: cached, queued_images: queued } = objectOf(await call("GET", "/v2/cache"));
      if (!Array.isArray(cached) || !Array.isArray(queued)) throw misunderstood();
      return { cached: cached.map(cachedOf), queued: queued.map(String) };
    },
    queue: async (imageId) => {
      await call("PUT", entry(imageId));
    },
    remove: async (imageId) => {
      await call("DELETE", entry(imageId));
    },
    clear: async (target) => {
      const headers = target === "both" ? {} : { "x-image-cache-clear-target": target };
      await call("DELETE", "/v2/cache", undefined, { headers });
    },
    clean: async () => {
      await call("POST", "/v2/cache/clean");
    },
    prune: async () => {
      const { total_files_pruned: files, total_bytes_pruned: bytes } = objectOf(
        await call("POST", "/v2/cache/prune"),
      );
      return { files: numberOf(files), bytes: numberOf(bytes) };
    },
  };
};

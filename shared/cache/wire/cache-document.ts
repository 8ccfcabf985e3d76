import type { CacheState } from "../operations/list-cache.ts";

const seconds = (iso: string): number => Date.parse(iso) / 1000;

/** Glance's form: times are seconds since 1970, with a fraction; 0 is never. */
export const cacheDocument = ({ cached, queued }: CacheState) => ({
  cached_images: cached.map((image) => ({
    image_id: image.image_id,
    hits: image.hits,
    last_accessed: image.last_accessed === null ? 0 : seconds(image.last_accessed),
    last_modified: seconds(image.last_modified),
    size: image.size,
    checksum: image.checksum,
  })),
  queued_images: queued.map(({ image_id }) => image_id),
});

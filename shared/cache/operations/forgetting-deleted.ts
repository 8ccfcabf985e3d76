import { isDeleted } from "../../images/domain/status.ts";
import type { ImageStore } from "../../images/ports/image-store.ts";
import type { Settings } from "../../settings.ts";
import { isCacheOn } from "../domain/is-cache-on.ts";
import { type EnqueuePorts, hintCache } from "./enqueue-image.ts";
import { removeImage } from "./remove-image.ts";

interface Ports extends EnqueuePorts {
  readonly settings: Pick<Settings, "image_cache_dir" | "download_url_expires">;
  /** Told when a deleted image could not be taken out of the cache, which the cleaner does then. */
  readonly report: (error: unknown) => void;
}

/**
 * An image store that takes an image out of cache and queue when it is deleted, and hints at its bytes: with the answer
 * to its deletion nothing lists it any more. A deletion never fails of that.
 */
export const forgettingDeleted = <Store extends Pick<ImageStore, "commit">>(
  images: Store,
  { report, ...ports }: Ports,
): Store => ({
  ...images,
  commit: async (change) => {
    const written = await images.commit(change);
    const { before, after } = change.image;
    if (!isCacheOn(ports.settings) || !before || isDeleted(before.status) || !isDeleted(after.status))
      return written;
    try {
      if (await removeImage(ports)(after.id, "at once")) await hintCache(ports.queue, after.id);
    } catch (error) {
      report(error);
      await hintCache(ports.queue, after.id);
    }
    return written;
  },
});

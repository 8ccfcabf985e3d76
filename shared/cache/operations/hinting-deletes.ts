import type { WorkQueue } from "../../aws/work-queue.ts";
import { isDeleted } from "../../images/domain/status.ts";
import type { ImageStore } from "../../images/ports/image-store.ts";
import type { Settings } from "../../settings.ts";
import { isCacheOn } from "../domain/is-cache-on.ts";
import { hintCache } from "./enqueue-image.ts";

/** An image store that hints at each deletion of an image, so that what is cached of it goes at once. */
export const hintingDeletes = <Store extends Pick<ImageStore, "commit">>(
  images: Store,
  {
    queue,
    settings,
  }: {
    readonly queue: Pick<WorkQueue, "cache">;
    readonly settings: Pick<Settings, "image_cache_dir">;
  },
): Store => ({
  ...images,
  commit: async (change) => {
    const written = await images.commit(change);
    const { before, after } = change.image;
    if (isCacheOn(settings) && before && isDeleted(after.status) && !isDeleted(before.status))
      await hintCache(queue, after.id);
    return written;
  },
});

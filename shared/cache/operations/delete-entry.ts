import type { Caller } from "../../caller.ts";
import { visibleImage } from "../../images/operations/visible-image.ts";
import { ImageNotFound } from "../../images/policy/image-policy.ts";
import { isCacheOn } from "../domain/is-cache-on.ts";
import { enforceCache } from "../policy/cache-access.ts";
import { hintCache } from "./enqueue-image.ts";
import type { CacheApiPorts } from "./queue-image.ts";
import { removeImage } from "./remove-image.ts";

/** An image's entry: 404 only where there is neither such an image for the caller nor anything of it in the cache. */
async function isKnown({ images, records }: CacheApiPorts, caller: Caller, id: string): Promise<boolean> {
  try {
    await visibleImage(images, caller, id);
    return true;
  } catch (error) {
    if (!(error instanceof ImageNotFound)) throw error;
    return (await records.findCached(id)) !== undefined || (await records.findQueued(id)) !== undefined;
  }
}

/** Takes one image out of cache and queue. Idempotent. The order of refusals is Glance's. */
export const deleteEntry =
  (ports: CacheApiPorts) =>
  async (caller: Caller, id: string): Promise<void> => {
    if (!(await isKnown(ports, caller, id))) throw new ImageNotFound(id);
    enforceCache("cache_delete", caller, isCacheOn(ports.settings));
    await removeImage(ports)(id);
    await hintCache(ports.queue, id);
  };

import type { Caller } from "../../caller.ts";
import { BadRequest } from "../../errors.ts";
import { visibleImage } from "../../images/operations/visible-image.ts";
import type { ImageStore } from "../../images/ports/image-store.ts";
import type { MemberStore } from "../../images/ports/member-store.ts";
import type { Settings } from "../../settings.ts";
import { isCacheOn } from "../domain/is-cache-on.ts";
import { enforceCache } from "../policy/cache-access.ts";
import { type EnqueuePorts, enqueueImage } from "./enqueue-image.ts";

export interface CacheApiPorts extends EnqueuePorts {
  readonly images: Pick<ImageStore, "find"> & Pick<MemberStore, "findMember">;
  readonly settings: Settings;
}

/** Queues an active image for the cache; done already is fine. The order of refusals is Glance's. */
export const queueImage =
  (ports: CacheApiPorts) =>
  async (caller: Caller, id: string): Promise<void> => {
    const image = await visibleImage(ports.images, caller, id);
    enforceCache("cache_image", caller, isCacheOn(ports.settings));
    if (image.status !== "active")
      throw new BadRequest("Only images with status active can be targeted for queueing");
    await enqueueImage(ports)(image);
  };

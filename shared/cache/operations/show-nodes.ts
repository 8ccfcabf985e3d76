import type { Caller } from "../../caller.ts";
import { Conflict } from "../../errors.ts";
import { visibleImage } from "../../images/operations/visible-image.ts";
import { isCacheOn } from "../domain/is-cache-on.ts";
import { enforceCache } from "../policy/cache-access.ts";
import type { CacheApiPorts } from "./queue-image.ts";

/** Refuses, as a Glance does whose cache is not shared by nodes: this one has no nodes. */
export const showNodes =
  ({ images, settings }: CacheApiPorts) =>
  async (caller: Caller, id: string): Promise<never> => {
    await visibleImage(images, caller, id);
    enforceCache("list_cached_nodes", caller, isCacheOn(settings));
    throw new Conflict("There are no nodes: all of this service has one cache. GET /v2/cache lists it.");
  };

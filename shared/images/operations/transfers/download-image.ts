import type { Caller } from "../../../caller.ts";
import { Forbidden, Unavailable } from "../../../errors.ts";
import type { Notify } from "../../../notifications/operations/notify.ts";
import { isContextAdmin } from "../../../policy/ask.ts";
import type { Settings } from "../../../settings.ts";
import { sendEvent } from "../../domain/image-events.ts";
import type { ConfiguredStores } from "../../domain/store.ts";
import { enforce } from "../../policy/image-policy.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import type { PresigningStore } from "../../ports/presigning-store.ts";
import type { Stores } from "../../ports/stores.ts";
import { firstReadable, placesToRead } from "../stores/readable-place.ts";
import { visibleImage } from "../visible-image.ts";

interface Ports {
  readonly images: ImageStore & MemberStore;
  readonly stores: Stores<Pick<PresigningStore, "head" | "signDownload">>;
  readonly configured: ConfiguredStores;
  readonly settings: Settings;
  readonly notify: Notify;
}

/**
 * A presigned URL of the image's bytes; undefined while there are none. Of several places it is the heaviest store's, or
 * one of those that the caller prefers, and the next one where that has lost the bytes or fails. The bytes do not come
 * this way, so `image.send` tells that they may be fetched: none is handed out untold. Never the URL of a place that is
 * not ours: clients send their tokens along. Throws Unavailable when no store can serve the image.
 */
export const downloadImage =
  ({ images, stores, configured, settings, notify }: Ports) =>
  async (caller: Caller, id: string, prefer: readonly string[] = []): Promise<string | undefined> => {
    const image = await visibleImage(images, caller, id);
    if (image.status === "deactivated" && !isContextAdmin(caller)) {
      throw new Forbidden("The requested image has been deactivated. Image data download is forbidden.");
    }
    enforce("download_image", caller, image);
    if (prefer.length > 0) enforce("download_from_store", caller, image);
    if (image.locations.length === 0) return undefined;
    const places = placesToRead(image, configured, prefer);
    if (places.length === 0)
      throw new Unavailable(
        `The data of image ${id} is at another host, and there is no copy of it here yet: try again later.`,
      );
    const place = await firstReadable(stores, places);
    if (!place) return undefined;
    const blobs = stores.of(place);
    await notify(id, sendEvent(image, caller));
    return blobs.signDownload(place.key, settings.download_url_expires);
  };

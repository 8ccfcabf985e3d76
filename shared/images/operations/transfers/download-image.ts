import type { Caller } from "../../../caller.ts";
import { Forbidden } from "../../../errors.ts";
import type { Notify } from "../../../notifications/operations/notify.ts";
import { isContextAdmin } from "../../../policy/ask.ts";
import type { Settings } from "../../../settings.ts";
import { sendEvent } from "../../domain/image-events.ts";
import { enforce } from "../../policy/image-policy.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import type { PresigningStore } from "../../ports/presigning-store.ts";
import type { Stores } from "../../ports/stores.ts";
import { visibleImage } from "../visible-image.ts";

interface Ports {
  readonly images: ImageStore & MemberStore;
  readonly stores: Stores<Pick<PresigningStore, "signDownload">>;
  readonly settings: Settings;
  readonly notify: Notify;
}

/**
 * A presigned URL of the image's bytes; undefined while there are none. The bytes do not come this way, so
 * `image.send` tells that they may be fetched: none is handed out untold.
 */
export const downloadImage =
  ({ images, stores, settings, notify }: Ports) =>
  async (caller: Caller, id: string): Promise<string | undefined> => {
    const image = await visibleImage(images, caller, id);
    if (image.status === "deactivated" && !isContextAdmin(caller)) {
      throw new Forbidden("The requested image has been deactivated. Image data download is forbidden.");
    }
    enforce("download_image", caller, image);
    const [location] = image.locations;
    if (!location) return undefined;
    const blobs = stores.of(location);
    await notify(id, sendEvent(image, caller));
    return blobs.signDownload(location.key, settings.download_url_expires);
  };

import type { Caller } from "../../../caller.ts";
import { Forbidden } from "../../../errors.ts";
import type { Notify } from "../../../notifications/operations/notify.ts";
import { isContextAdmin } from "../../../policy/ask.ts";
import type { Settings } from "../../../settings.ts";
import { sendEvent } from "../../domain/image-events.ts";
import type { Location } from "../../domain/location.ts";
import type { ConfiguredStores } from "../../domain/store.ts";
import { undamagedIfAny } from "../../domain/undamaged.ts";
import { enforce } from "../../policy/image-policy.ts";
import type { BlobStore } from "../../ports/blob-store.ts";
import type { CachedData } from "../../ports/cached-data.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import type { PresigningStore } from "../../ports/presigning-store.ts";
import { type Stores, UnknownStore } from "../../ports/stores.ts";
import { firstReadable, placesToRead } from "../stores/readable-place.ts";
import { visibleImage } from "../visible-image.ts";

interface Ports {
  readonly images: ImageStore & MemberStore;
  readonly stores: Stores<Pick<BlobStore, "head"> & Partial<Pick<PresigningStore, "signDownload">>>;
  readonly cached: CachedData;
  readonly configured: ConfiguredStores;
  readonly settings: Settings;
  readonly notify: Notify;
}

/** Whether its store leads clients to it by itself. One that is not there is told of when it is read. */
function signs(stores: Ports["stores"], place: Location): boolean {
  try {
    return stores.of(place).signDownload !== undefined;
  } catch (error) {
    if (error instanceof UnknownStore) return true;
    throw error;
  }
}

/**
 * A presigned URL of the image's bytes; undefined while there are none. Of several places it is the heaviest store's, or
 * one of those that the caller prefers, and the next one where that has lost the bytes or fails; never one that is known
 * to be damaged while another is not. The bytes do not come this way, so `image.send` tells that they may be fetched: none
 * is handed out untold. Never the URL of a place that is not ours: clients send their tokens along. Data that only such
 * places have, or have now, or stores that sign no URLs, are served from their copy in the cache. Throws Unavailable when no store can serve the image, and what CachedData throws.
 */
export const downloadImage =
  ({ images, stores, cached, configured, settings, notify }: Ports) =>
  async (caller: Caller, id: string, prefer: readonly string[] = []): Promise<string | undefined> => {
    const image = await visibleImage(images, caller, id);
    if (image.status === "deactivated" && !isContextAdmin(caller)) {
      throw new Forbidden("The requested image has been deactivated. Image data download is forbidden.");
    }
    enforce("download_image", caller, image);
    if (prefer.length > 0) enforce("download_from_store", caller, image);
    if (image.locations.length === 0) return undefined;
    const fromCopy = async (): Promise<string> => {
      const url = await cached.urlOf(image);
      await notify(id, sendEvent(image, caller));
      return url;
    };
    const good = undamagedIfAny(image.locations);
    const places = placesToRead(image, configured, prefer).filter(
      (one) => good.includes(one) && signs(stores, one),
    );
    if (places.length === 0) return fromCopy();
    const place = await firstReadable(stores, places, image);
    if (!place && good.length > places.length) return fromCopy();
    const sign = place && stores.of(place).signDownload;
    if (!place || !sign) return undefined;
    await cached.noteServed(image, place);
    await notify(id, sendEvent(image, caller));
    return sign(place.key, settings.download_url_expires);
  };

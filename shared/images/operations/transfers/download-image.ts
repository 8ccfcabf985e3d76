import type { Caller } from "../../../caller.ts";
import type { Clock } from "../../../clock.ts";
import { Forbidden } from "../../../errors.ts";
import { ExpiringCache } from "../../../expiring-cache.ts";
import type { Notify } from "../../../notifications/operations/notify.ts";
import { isContextAdmin } from "../../../policy/ask.ts";
import type { Settings } from "../../../settings.ts";
import type { Image } from "../../domain/image.ts";
import { sendEvent } from "../../domain/image-events.ts";
import type { Location } from "../../domain/location.ts";
import type { ConfiguredStores } from "../../domain/store.ts";
import { undamagedIfAny } from "../../domain/undamaged.ts";
import { enforce } from "../../policy/image-policy.ts";
import type { BlobStore } from "../../ports/blob-store.ts";
import type { CachedData, CopyProgress, ServedCopy } from "../../ports/cached-data.ts";
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
  (ports: Ports) =>
  (caller: Caller, id: string, prefer: readonly string[] = []): Promise<string | undefined> => {
    const { cached, notify } = ports;
    const tell = (image: Image) => notify(id, sendEvent(image, caller));
    return serve(ports, tell)(caller, id, prefer, async (image) => {
      const url = await cached.urlOf(image);
      await tell(image);
      return url;
    });
  };

/** Who goes on following a copy is told of at most so often by one function: it asks again and again. */
const TOLD_MS = 600_000;
const MOST_TOLD = 1000;

/**
 * The same for a reader who follows a copy while it is being made, and has all its pieces before `first`: what there is of
 * it, or the whole once it is there. Each read that begins is told of; what goes on with one is told of only where its
 * beginning was not.
 */
export function followImage(ports: Ports & { readonly clock: Clock }) {
  const { cached, notify, clock } = ports;
  const told = new ExpiringCache<true>(MOST_TOLD, clock);
  return async (
    caller: Caller,
    id: string,
    prefer: readonly string[],
    first: number,
  ): Promise<CopyProgress | ServedCopy | undefined> => {
    const reader = JSON.stringify([id, caller.projectId, caller.userId]);
    const tell = async (image: Image) => {
      if (first > 0 && told.get(reader)) return;
      await notify(id, sendEvent(image, caller));
      told.set(reader, true, clock().getTime() + TOLD_MS);
    };
    const served = await serve(ports, tell)(caller, id, prefer, async (image) => {
      const followed = await cached.follow(image, first);
      if ("url" in followed || followed.pieces.length > 0) await tell(image);
      return followed;
    });
    return typeof served === "string" ? { url: served, sha512: null } : served;
  };
}

/** Serves an image from where it is, or by `fromCopy`; `tell` before any URL of a place is given. */
const serve =
  ({ images, stores, cached, configured, settings }: Ports, tell: (image: Image) => Promise<unknown>) =>
  async <Copied>(
    caller: Caller,
    id: string,
    prefer: readonly string[],
    fromCopy: (image: Image) => Promise<Copied>,
  ): Promise<string | Copied | undefined> => {
    const image = await visibleImage(images, caller, id);
    if (image.status === "deactivated" && !isContextAdmin(caller)) {
      throw new Forbidden("The requested image has been deactivated. Image data download is forbidden.");
    }
    enforce("download_image", caller, image);
    if (prefer.length > 0) enforce("download_from_store", caller, image);
    // An import may put places back yet.
    if (image.locations.length === 0 || image.status === "importing") return undefined;
    const good = undamagedIfAny(image.locations);
    const places = placesToRead(image, configured, prefer).filter(
      (one) => good.includes(one) && signs(stores, one),
    );
    if (places.length === 0) return fromCopy(image);
    const place = await firstReadable(stores, places, image);
    if (!place && good.length > places.length) return fromCopy(image);
    const sign = place && stores.of(place).signDownload;
    if (!place || !sign) return undefined;
    await cached.noteServed(image, place);
    await tell(image);
    return sign(place.key, settings.download_url_expires);
  };

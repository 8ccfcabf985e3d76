import { GlanceError, Unavailable } from "../../errors.ts";
import type { Image } from "../../images/domain/image.ts";
import type { Location } from "../../images/domain/location.ts";
import type { CachedData } from "../../images/ports/cached-data.ts";
import type { Settings } from "../../settings.ts";
import { type CachedImage, isCacheOf } from "../domain/cached-image.ts";
import { isCacheOn } from "../domain/is-cache-on.ts";
import type { CopyFailure, QueuedImage } from "../domain/queued-image.ts";
import type { CopyStore } from "../ports/copy-store.ts";
import { type EnqueuePorts, enqueueCopy } from "./enqueue-image.ts";
import { noteUses } from "./note-uses.ts";
import { hasOnlyDamaged } from "./source-of.ts";

export interface ServePorts extends EnqueuePorts {
  readonly copies: Pick<CopyStore, "signDownload">;
  readonly settings: Pick<Settings, "image_cache_dir" | "download_url_expires">;
  /** Told when a use could not be noted, which stops no download. */
  readonly report: (error: unknown) => void;
}

/** A small image is there then. */
const RETRY_SECONDS = 2;

/** Seconds until there is any use in asking again. */
const retryIn = (failure: CopyFailure | undefined, now: Date): number =>
  Math.max(RETRY_SECONDS, failure ? Math.ceil((Date.parse(failure.retry_at) - now.getTime()) / 1000) : 0);

/**
 * The copy is being made. 503, which openstack and the SDK repeat for 16 s and glance shows (docs/reference/clients.md,
 * "Retries"); the ingress goes by Retry-After. Why an attempt failed is for operators, in the worker's log: it may name
 * hosts and paths of the other store.
 */
export class CopyPending extends Unavailable {
  override readonly headers: { readonly "Retry-After": string };
  constructor(image: Image, { copy, failure }: Pick<QueuedImage, "copy" | "failure">, now: Date) {
    const seconds = retryIn(failure, now);
    const done = copy && copy.source.size > 0 ? Math.floor((copy.offset / copy.source.size) * 100) : 0;
    const failed = failure?.times
      ? `, attempts that failed: ${failure.times} (an operator finds why in the logs)`
      : "";
    super(
      `The data of image ${image.id} is being copied from another store to where it can be served; ` +
        `${done} percent are there${failed}. Try again in ${seconds > RETRY_SECONDS ? seconds : "some"} seconds.`,
    );
    this.headers = { "Retry-After": String(seconds) };
  }
}

/** What the other store has is not what the image's record tells of. */
export class SourceNotServed extends GlanceError {
  readonly status = 500;
}

/** Data where nobody is led to, and no cache to copy it to. */
class CacheNeeded extends GlanceError {
  readonly status = 500;
  constructor({ id }: Image) {
    super(
      `The data of image ${id} lies where no caller's token may be sent: an operator has to set image_cache_dir, so ` +
        "that it is served from a copy.",
    );
  }
}

/**
 * Serves images from their copies. One that has none yet is queued, and refused with CopyPending. An image that its own
 * store serves is cached where it is, at no cost, as soon as it is read. Uses are noted, once a minute for each image at
 * most. With the cache off nothing is read or written, and nothing served.
 */
export function servedFromCache(ports: ServePorts): CachedData {
  const { records, copies, clock, settings, report } = ports;
  const noteUse = noteUses(ports);
  const noting = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      report(error);
    }
  };

  async function noteInPlace(image: Image, { store, key, size }: Location): Promise<void> {
    const cached = await records.findCached(image.id);
    if (cached && isCacheOf(cached, image)) return noteUse(cached);
    // Something else of it is cached: the cleaner takes that first. Deactivated images are not cached.
    if (cached || image.status !== "active") return;
    const at = clock().toISOString();
    const { checksum, os_hash_value } = image;
    const after: CachedImage = {
      ...{ image_id: image.id, revision: 0, key: null, source: { store, key } },
      ...{ size, checksum, os_hash_value, hits: 0, last_accessed: at, last_modified: at },
    };
    await records.commit({ cached: { before: undefined, after } });
  }

  return {
    noteServed: async (image, place) => {
      if (isCacheOn(settings)) await noting(() => noteInPlace(image, place));
    },

    urlOf: async (image) => {
      if (!isCacheOn(settings)) throw new CacheNeeded(image);
      const cached = await records.findCached(image.id);
      if (cached?.key != null && isCacheOf(cached, image)) {
        await noting(() => noteUse(cached));
        return copies.signDownload(cached.key, settings.download_url_expires);
      }
      const queued = await records.findQueued(image.id);
      if (queued?.failure?.final && hasOnlyDamaged(image, queued))
        throw new SourceNotServed(`The data of image ${image.id} is not served: ${queued.failure.reason}.`);
      // One that failed waits for its time: it is not hurried by whoever asks.
      await enqueueCopy(ports)(image, queued);
      throw new CopyPending(image, queued ?? {}, clock());
    },
  };
}

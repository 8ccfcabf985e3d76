import { GlanceError, Unavailable } from "../../errors.ts";
import type { Image } from "../../images/domain/image.ts";
import type { Location } from "../../images/domain/location.ts";
import type { CachedData, CopyProgress, ServedCopy } from "../../images/ports/cached-data.ts";
import type { Settings } from "../../settings.ts";
import { type CachedImage, isCacheOf } from "../domain/cached-image.ts";
import { copyOwnerOf, pieceKey } from "../domain/copy-key.ts";
import { isCacheOn } from "../domain/is-cache-on.ts";
import {
  type CopyFailure,
  isHeld,
  mayTryAgain,
  PIECE_URL_SECONDS,
  pieceCount,
  type QueuedImage,
} from "../domain/queued-image.ts";
import type { CopyStore } from "../ports/copy-store.ts";
import { type EnqueuePorts, enqueueCopy, type Wants } from "./enqueue-image.ts";
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

/** URLs in one answer; a reader on a slow line begins with the last one before it is over. */
const MOST_PIECES = 4;

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

  async function copyOf(image: Image): Promise<ServedCopy | undefined> {
    if (!isCacheOn(settings)) throw new CacheNeeded(image);
    const cached = await records.findCached(image.id);
    if (cached?.key == null || !isCacheOf(cached, image)) return undefined;
    await noting(() => noteUse(cached));
    const url = await copies.signDownload(cached.key, settings.download_url_expires);
    return { url, sha512: cached.os_hash_value };
  }

  /** Undefined where there are no pieces, and while what failed waits for its next attempt. */
  async function progressOf(queued: QueuedImage, first: number): Promise<CopyProgress | undefined> {
    const { copy } = queued;
    const waits = !isHeld(queued, clock()) && !mayTryAgain(queued, clock());
    if (!copy?.pieces || waits) return undefined;
    const { key, offset, part_bytes, source } = copy;
    const stored = Math.min(Math.floor(offset / part_bytes), pieceCount(copy, source.size));
    const count = Math.max(0, Math.min(MOST_PIECES, stored - first));
    const keys = Array.from({ length: count }, (_, index) => pieceKey(key, first + index + 1));
    const pieces = await Promise.all(keys.map((one) => copies.signDownload(one, PIECE_URL_SECONDS)));
    return { copy: copyOwnerOf(key)?.transferId ?? "", size: source.size, piece_bytes: part_bytes, pieces };
  }

  /** The refusal of whoever has to wait, who is waited for from now on. */
  async function pending(image: Image, queued?: QueuedImage, wants: Wants = {}): Promise<GlanceError> {
    if (queued?.failure?.final && hasOnlyDamaged(image, queued))
      return new SourceNotServed(`The data of image ${image.id} is not served: ${queued.failure.reason}.`);
    // One that failed waits for its time: it is not hurried by whoever asks.
    await enqueueCopy(ports)(image, queued, wants);
    return new CopyPending(image, queued ?? {}, clock());
  }

  return {
    noteServed: async (image, place) => {
      if (isCacheOn(settings)) await noting(() => noteInPlace(image, place));
    },

    urlOf: async (image) => {
      const copied = await copyOf(image);
      if (copied) return copied.url;
      throw await pending(image, await records.findQueued(image.id));
    },

    follow: async (image, first) => {
      const copied = await copyOf(image);
      if (copied) return copied;
      const queued = await records.findQueued(image.id);
      const progress = queued && (await progressOf(queued, first));
      if (progress) return progress;
      throw await pending(image, queued, { is_followed: true });
    },
  };
}

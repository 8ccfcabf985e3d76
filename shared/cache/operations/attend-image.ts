import type { CacheMessage, WorkQueue } from "../../aws/work-queue.ts";
import type { Image } from "../../images/domain/image.ts";
import { isDeleted } from "../../images/domain/status.ts";
import type { ConfiguredStores } from "../../images/domain/store.ts";
import type { BlobStore } from "../../images/ports/blob-store.ts";
import type { Findings } from "../../images/ports/findings.ts";
import type { ImageStore } from "../../images/ports/image-store.ts";
import type { PresigningStore } from "../../images/ports/presigning-store.ts";
import type { Stores } from "../../images/ports/stores.ts";
import type { Explain } from "../../log.ts";
import type { Settings } from "../../settings.ts";
import { type CachedImage, isCacheOf } from "../domain/cached-image.ts";
import { isReadable } from "../domain/is-readable.ts";
import { mayTryAgain } from "../domain/queued-image.ts";
import type { CacheRecords } from "../ports/cache-records.ts";
import { type CopyPorts, copyImage } from "./copy-image.ts";
import { deleteDueCopies } from "./delete-copies.ts";
import { type EntryInHand, Overtaken, takeInHand } from "./entry-in-hand.ts";
import { noteFailure, passOver } from "./note-failure.ts";
import { dequeue, madeOf, removedOf, removeImage } from "./remove-image.ts";
import { hasOnlyDamaged, type Source, sourcesOf } from "./source-of.ts";
import { SourceDamaged } from "./source-state.ts";

export interface AttendPorts extends Omit<CopyPorts, "stores"> {
  readonly images: Pick<ImageStore, "find">;
  readonly records: CacheRecords;
  readonly configured: ConfiguredStores;
  readonly stores: Stores<Pick<BlobStore, "read" | "head"> & Partial<Pick<PresigningStore, "signDownload">>>;
  readonly queue: Pick<WorkQueue, "cache">;
  readonly findings: Pick<Findings, "record">;
  readonly settings: Settings;
}

export type Attended =
  | "cached"
  | "continues"
  | "failed"
  | "waits"
  | "removed"
  | "left to another run"
  | "nothing to do";

/** The cached image in place of the queued one, in one transaction; what was cached before of it goes. */
async function enter(
  ports: AttendPorts,
  entry: EntryInHand,
  image: Image,
  found: Pick<CachedImage, "key" | "source" | "size" | "checksum" | "os_hash_value">,
): Promise<void> {
  const { records, clock } = ports;
  const before = await records.findCached(image.id);
  const after: CachedImage = {
    ...{ image_id: image.id, revision: 0, ...found },
    ...{ hits: 0, last_accessed: null, last_modified: clock().toISOString() },
  };
  const isEntered = await records.commit({
    cached: { before, after },
    queued: { before: entry.now(), after: undefined },
    removed: [...(before ? removedOf(before, ports) : []), ...madeOf(entry.now(), found.key, clock())],
  });
  if (!isEntered) throw new Overtaken();
}

/** What an operator has to look at: the other store has lost or changed an image's data. */
const recordDamage = ({ findings, clock }: AttendPorts, imageId: string, { message }: SourceDamaged) =>
  findings.record(
    {
      ...{ kind: "source-damaged", subject: imageId, image_id: imageId, object_key: null },
      ...{ evidence: { by: "the cache, while it copied them", why: message }, state: "open", acted: false },
    },
    clock(),
  );

/** Caches an image as one of its places has it. */
async function cacheFrom(
  ports: AttendPorts,
  entry: EntryInHand,
  image: Image,
  { location, isPresigned }: Source,
  hasTime: () => boolean,
): Promise<Attended> {
  if (isPresigned) {
    const { checksum, os_hash_value } = image;
    const { store, key, size } = location;
    await enter(ports, entry, image, { key: null, source: { store, key }, size, checksum, os_hash_value });
    return "cached";
  }
  const copied = await copyImage(ports, entry, { image, source: location }, hasTime);
  if (!copied) {
    await entry.letGo();
    await ports.queue.cache({ imageId: image.id }, 0);
    return "continues";
  }
  const { copy, checksum, os_hash_value } = copied;
  const { store, key, size } = copy.source;
  const source = { store, key };
  await enter(ports, entry, image, { key: copy.key, source, size, checksum, os_hash_value });
  return "cached";
}

/** Tries the image's places in turn. Throws Overtaken, and what the last one fails with. */
async function cache(
  ports: AttendPorts,
  entry: EntryInHand,
  image: Image,
  hasTime: () => boolean,
): Promise<Attended> {
  let failure: unknown;
  for (const source of sourcesOf(ports, image, entry.now()))
    try {
      return await cacheFrom(ports, entry, image, source, hasTime);
    } catch (error) {
      if (error instanceof Overtaken || !(error instanceof Error)) throw error;
      await passOver(entry, source.location, error, ports.clock);
      if (error instanceof SourceDamaged) await recordDamage(ports, image.id, error);
      failure = error;
    }
  if (failure) throw failure;
  // Without a place there is nothing to cache.
  await dequeue(ports)(entry.now());
  return "removed";
}

async function attempt(
  ports: AttendPorts,
  entry: EntryInHand,
  image: Image,
  hasTime: () => boolean,
): Promise<{ readonly why: string; readonly result: Attended }> {
  try {
    try {
      return { why: "it is queued", result: await cache(ports, entry, image, hasTime) };
    } catch (error) {
      if (error instanceof Overtaken || !(error instanceof Error)) throw error;
      const isFinal = hasOnlyDamaged(image, entry.now());
      await noteFailure(entry, error.message, { isFinal, clock: ports.clock });
      return { why: error.message, result: "failed" };
    }
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error;
    return { why: error.message, result: "left to another run" };
  }
}

/**
 * Brings what the cache has of one image to where it should be: copies what is queued as long as `hasTime` says, and
 * hands over to the next run by the queue; takes out what is of no use; deletes bytes that are due. Safe to kill
 * anywhere, and to run twice at once: the one that has come less far ends. Explains each result.
 */
export const attendImage =
  (ports: AttendPorts) =>
  async (
    { imageId }: CacheMessage,
    hasTime: () => boolean,
    explain: Explain = () => {},
  ): Promise<Attended> => {
    const { images, records, clock } = ports;
    const image = await images.find(imageId);
    const isGone = !image || isDeleted(image.status);
    if (isGone) await removeImage(ports)(imageId, "at once");
    const deleted = await deleteDueCopies(ports)(imageId);
    const queued = await records.findQueued(imageId);
    const because = (why: string, result: Attended): Attended => {
      explain({
        image_id: imageId,
        why,
        evidence: { image_status: image?.status ?? "none", bytes_copied: queued?.copy?.offset ?? 0, deleted },
      });
      return result;
    };
    if (isGone) return because("the image is gone", "removed");
    if (!queued)
      return deleted > 0
        ? because("its bytes were due", "removed")
        : because("it is not queued", "nothing to do");
    const cached = await records.findCached(imageId);
    const isDone =
      cached !== undefined && isCacheOf(cached, image) && (cached.key !== null || !queued.needs_copy);
    if (isDone || !isReadable(image)) {
      await dequeue(ports)(queued);
      return because(isDone ? "it is cached already" : "nobody can read the image", "removed");
    }
    if (!mayTryAgain(queued, clock())) return because("its last attempt failed", "waits");
    const entry = await takeInHand(ports, queued);
    if (!entry) return because("another run has it in hand", "left to another run");
    const { why, result } = await attempt(ports, entry, image, hasTime);
    return because(why, result);
  };

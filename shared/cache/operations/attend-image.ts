import type { CacheMessage, WorkQueue } from "../../aws/work-queue.ts";
import type { Image } from "../../images/domain/image.ts";
import { isDeleted } from "../../images/domain/status.ts";
import type { BlobStore } from "../../images/ports/blob-store.ts";
import type { Findings } from "../../images/ports/findings.ts";
import type { ImageStore } from "../../images/ports/image-store.ts";
import { type PresigningStore, UploadGone } from "../../images/ports/presigning-store.ts";
import type { Stores } from "../../images/ports/stores.ts";
import type { Explain } from "../../log.ts";
import type { Settings } from "../../settings.ts";
import { type CachedImage, isCacheOf } from "../domain/cached-image.ts";
import { failureAfter, mayTryAgain, type QueuedImage } from "../domain/queued-image.ts";
import { type CopyPorts, copyImage, Overtaken, SourceDamaged } from "./copy-image.ts";
import { deleteDueCopies } from "./delete-copies.ts";
import { begunOf, dequeue, removedOf, removeImage } from "./remove-image.ts";
import { cheapestLocation } from "./source-of.ts";

export interface AttendPorts extends Omit<CopyPorts, "stores"> {
  readonly images: Pick<ImageStore, "find">;
  readonly stores: Stores<Pick<BlobStore, "read"> & Partial<Pick<PresigningStore, "signDownload">>>;
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
  queued: QueuedImage,
  image: Image,
  entry: Pick<CachedImage, "key" | "source" | "size" | "checksum" | "os_hash_value">,
): Promise<boolean> {
  const { records, clock } = ports;
  const before = await records.findCached(image.id);
  const after: CachedImage = {
    ...{ image_id: image.id, revision: 0, ...entry },
    ...{ hits: 0, last_accessed: null, last_modified: clock().toISOString() },
  };
  return records.commit({
    cached: { before, after },
    queued: { before: queued, after: undefined },
    removed: before ? removedOf(before, ports) : [],
  });
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

/** Writes down why an attempt failed, for whoever asks for the image; the prefetcher tries again when its time comes. */
async function noteFailure(ports: AttendPorts, imageId: string, error: Error): Promise<void> {
  const before = await ports.records.findQueued(imageId);
  if (!before) return;
  const isFinal = error instanceof SourceDamaged;
  const failure = {
    ...failureAfter(before.failure, error.message, ports.clock()),
    ...(isFinal && { damaged: true as const }),
  };
  // What was copied of damaged bytes, or is gone, is of no use for another attempt.
  const startsAnew = isFinal || error instanceof UploadGone;
  const { copy, ...rest } = before;
  await ports.records.commit({
    queued: { before, after: { ...rest, ...(copy && !startsAnew && { copy }), failure } },
    removed: startsAnew ? begunOf(before, ports.clock()) : [],
  });
}

async function cache(
  ports: AttendPorts,
  queued: QueuedImage,
  image: Image,
  hasTime: () => boolean,
): Promise<Attended> {
  const source = cheapestLocation(ports.stores, image.locations);
  if (!source) {
    await dequeue(ports)(queued);
    return "removed";
  }
  if (source.isPresigned) {
    const { checksum, os_hash_value } = image;
    const { store, key, size } = source.location;
    const entered = { key: null, source: { store, key }, size, checksum, os_hash_value };
    return (await enter(ports, queued, image, entered)) ? "cached" : "left to another run";
  }
  const copied = await copyImage(ports, queued, { image, source: source.location }, hasTime);
  if (!copied) {
    await ports.queue.cache({ imageId: image.id }, 0);
    return "continues";
  }
  const { key, source: from } = copied.queued.copy;
  const entered = { key, source: { store: from.store, key: from.key }, size: from.size };
  const hashes = { checksum: copied.checksum, os_hash_value: copied.os_hash_value };
  return (await enter(ports, copied.queued, image, { ...entered, ...hashes }))
    ? "cached"
    : "left to another run";
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
    const isDone = cached !== undefined && isCacheOf(cached, image);
    if (isDone || image.status !== "active") {
      await dequeue(ports)(queued);
      return because(isDone ? "it is cached already" : "the image is not active", "removed");
    }
    if (!mayTryAgain(queued, clock())) return because("its last attempt failed a moment ago", "waits");
    try {
      return because("it is queued", await cache(ports, queued, image, hasTime));
    } catch (error) {
      if (error instanceof Overtaken) return because(error.message, "left to another run");
      if (!(error instanceof Error)) throw error;
      await noteFailure(ports, imageId, error);
      if (error instanceof SourceDamaged) await recordDamage(ports, imageId, error);
      return because(error.message, "failed");
    }
  };

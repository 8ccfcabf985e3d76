import type { Clock } from "../../clock.ts";
import type { Image } from "../../images/domain/image.ts";
import type { Location } from "../../images/domain/location.ts";
import { planParts } from "../../images/domain/part-plan.ts";
import { allParts } from "../../images/operations/transfers/all-parts.ts";
import type { BlobStore } from "../../images/ports/blob-store.ts";
import { UploadGone } from "../../images/ports/presigning-store.ts";
import type { Stores } from "../../images/ports/stores.ts";
import { hasSource } from "../domain/cached-image.ts";
import { copyKey } from "../domain/copy-key.ts";
import type { CopyUnderWay, QueuedImage } from "../domain/queued-image.ts";
import type { CacheRecords } from "../ports/cache-records.ts";
import type { CopyStore } from "../ports/copy-store.ts";
import { hashesAt } from "./hash-state.ts";
import { begunOf } from "./remove-image.ts";

export interface CopyPorts {
  readonly records: CacheRecords;
  readonly copies: CopyStore;
  readonly stores: Stores<Pick<BlobStore, "read">>;
  readonly clock: Clock;
  readonly newId: () => string;
  /** For tests; as uploads are cut, unless it is given. */
  readonly partBytes?: (size: number) => number;
}

const usualPartBytes = (size: number): number => planParts(size).partBytes;

/** The source has other bytes than the image's record tells of: another attempt finds the same. */
export class SourceDamaged extends Error {}
/** Somebody else has changed the entry: another run is at work, or the image was taken out of the queue. */
export class Overtaken extends Error {}

type WithCopy = QueuedImage & { readonly copy: CopyUnderWay };

/** What a copy is, once all of it is stored and verified. */
export interface FinishedCopy {
  readonly queued: WithCopy;
  readonly checksum: string;
  readonly os_hash_value: string;
}

async function save(
  { records, clock }: CopyPorts,
  before: QueuedImage,
  copy: CopyUnderWay,
): Promise<WithCopy> {
  const removed = before.copy && before.copy.key !== copy.key ? begunOf(before, clock()) : [];
  const { failure: _, ...rest } = before;
  const after = { ...rest, progress_at: clock().toISOString(), copy };
  if (!(await records.commit({ queued: { before, after }, removed })))
    throw new Overtaken("the entry was changed by another run, or taken out of the queue");
  return { ...after, revision: before.revision + 1 };
}

/** The copy to go on with: the one under way, or a new one where that is of other bytes or cannot be gone on with. */
async function begin(
  ports: CopyPorts,
  queued: QueuedImage,
  image: Image,
  source: Location,
): Promise<WithCopy> {
  const { copies, newId, partBytes = usualPartBytes } = ports;
  const { copy } = queued;
  if (copy && hasSource(image, copy.source) && copy.source.size === image.size && (await hashesAt(copy)))
    if (copy.upload_id !== undefined) return { ...queued, copy };
  // The key is on record before anything lies under it, so that nothing lies there unknown.
  const key = copyKey({ imageId: image.id, transferId: newId() });
  const part_bytes = partBytes(source.size);
  const begun = await save(ports, queued, { key, source, part_bytes, offset: 0 });
  const upload_id = await copies.createUpload(key);
  try {
    return await save(ports, begun, { ...begun.copy, upload_id });
  } catch (error) {
    await copies.abortUpload(key, upload_id);
    throw error;
  }
}

/** What the copy must have, by the image's record: its SHA-512, or whatever else is there. */
function verify(image: Image, digests: { readonly checksum: string; readonly os_hash_value: string }): void {
  const isSha512 = image.os_hash_algo === "sha512" && image.os_hash_value !== null;
  const [recorded, found] = isSha512
    ? [image.os_hash_value, digests.os_hash_value]
    : [image.checksum, digests.checksum];
  if (recorded !== null && recorded !== found)
    throw new SourceDamaged(`the stored data have the hash ${found}, recorded is ${recorded}`);
}

/** Makes the object of its parts; done before by a run that ended then, it stays as it is. */
async function complete(copies: CopyStore, { copy }: WithCopy): Promise<void> {
  const { key, upload_id = "", source } = copy;
  if (source.size === 0) {
    await copies.put(key, new Uint8Array());
    await copies.abortUpload(key, upload_id);
  } else {
    try {
      await copies.completeUpload(key, upload_id, await allParts(copies, key, upload_id));
    } catch (error) {
      if (!(error instanceof UploadGone) || (await copies.head(key)) === undefined) throw error;
    }
  }
  const stored = await copies.head(key);
  if (stored?.size !== source.size)
    throw new Error(`the copy has ${stored?.size ?? "no"} bytes, its source ${source.size}`);
}

/**
 * Copies an image's bytes into the cache, part by part through here, hashing them on the way: what is served was read
 * once and has the image's hash. After each part the record says how far it came, so that a run that is killed costs the
 * part in hand and the one that was being read. Undefined when `hasTime` says no before all is there. Two parts are in
 * memory. Throws SourceDamaged, Overtaken, UploadGone when the store has dropped what was copied, and what the stores throw.
 */
export async function copyImage(
  ports: CopyPorts,
  entry: QueuedImage,
  { image, source }: { readonly image: Image; readonly source: Location },
  hasTime: () => boolean,
): Promise<FinishedCopy | undefined> {
  const { copies, stores } = ports;
  let queued = await begin(ports, entry, image, source);
  const { key, upload_id = "", part_bytes, source: from } = queued.copy;
  const hashes = await hashesAt(queued.copy);
  if (!hashes) throw new Error("a copy that was just begun cannot be gone on with");
  const blobs = stores.of(from);
  const ask = (offset: number) => {
    const part = blobs.read(from.key, offset, Math.min(part_bytes, from.size - offset));
    // Awaited later: until then a failure is nobody's unhandled one.
    part.catch(() => undefined);
    return part;
  };
  let { offset } = queued.copy;
  let part = offset < from.size ? ask(offset) : undefined;
  while (part) {
    const bytes = await part;
    const wanted = Math.min(part_bytes, from.size - offset);
    if (bytes.length !== wanted)
      throw new SourceDamaged(`${offset + bytes.length} bytes are stored, recorded are ${from.size}`);
    const number = offset / part_bytes + 1;
    offset += wanted;
    const continues = offset < from.size && hasTime();
    part = continues ? ask(offset) : undefined;
    await copies.sendPart(key, upload_id, number, bytes);
    hashes.update(bytes);
    queued = await save(ports, queued, { ...queued.copy, offset, ...hashes.state() });
  }
  if (offset < from.size) return undefined;
  const digests = hashes.digests();
  verify(image, digests);
  await complete(copies, queued);
  return { queued, ...digests };
}

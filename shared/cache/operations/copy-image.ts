import type { Clock } from "../../clock.ts";
import type { Image } from "../../images/domain/image.ts";
import type { Location } from "../../images/domain/location.ts";
import { planParts } from "../../images/domain/part-plan.ts";
import { allParts } from "../../images/operations/transfers/all-parts.ts";
import { hashesFrom, newHashes } from "../../images/operations/transfers/resumable-hashes.ts";
import type { BlobStore } from "../../images/ports/blob-store.ts";
import { UploadGone } from "../../images/ports/presigning-store.ts";
import type { Stores } from "../../images/ports/stores.ts";
import { isSame } from "../domain/cached-image.ts";
import { copyKey, pieceKey } from "../domain/copy-key.ts";
import { marked, markOf } from "../domain/parts-mark.ts";
import { type CopyUnderWay, pieceCount } from "../domain/queued-image.ts";
import { recordedHashes } from "../domain/recorded-hashes.ts";
import type { CopyStore } from "../ports/copy-store.ts";
import type { EntryInHand } from "./entry-in-hand.ts";
import { begunOf } from "./remove-image.ts";
import { asItIs, checkUnchanged, SourceDamaged } from "./source-state.ts";

export interface CopyPorts {
  readonly copies: CopyStore;
  readonly stores: Stores<Pick<BlobStore, "read" | "head">>;
  readonly clock: Clock;
  readonly newId: () => string;
  /** For tests; as uploads are cut, unless it is given. */
  readonly partBytes?: (size: number) => number;
}

const usualPartBytes = (size: number): number => planParts(size).partBytes;

/** What a copy is, once all of it is stored and verified. */
export interface FinishedCopy {
  readonly copy: CopyUnderWay;
  readonly checksum: string;
  readonly os_hash_value: string;
}

/** What is stored is not what was hashed, or is gone: of no use for another attempt, which begins anew. */
export class CopySpoilt extends Error {}

/** Both hashes of the bytes that are stored; undefined when they cannot be gone on with. */
const hashesAt = (copy: CopyUnderWay) => (copy.offset === 0 ? newHashes() : hashesFrom(copy));

/** The copy to go on with: the one under way, or a new one where that is of other bytes or cannot be gone on with. */
async function begin(
  ports: CopyPorts,
  entry: EntryInHand,
  image: Image,
  location: Location,
): Promise<CopyUnderWay> {
  const { copies, stores, clock, newId, partBytes = usualPartBytes } = ports;
  const queued = entry.now();
  const { copy: before } = queued;
  const isOfSource = before && isSame(before.source, location) && before.source.size === image.size;
  if (isOfSource && before.upload_id !== undefined && (await hashesAt(before))) return before;
  const source = await asItIs(stores.of(location), image, location);
  // The key is on record before anything lies under it, so that nothing lies there unknown.
  const key = copyKey({ imageId: image.id, transferId: newId() });
  const part_bytes = partBytes(source.size);
  const hasPieces = queued.is_followed === true && pieceCount({ part_bytes }, source.size) > 0;
  const copy: CopyUnderWay = {
    ...{ key, source, part_bytes, offset: 0 },
    ...(hasPieces && { pieces: true as const }),
  };
  await entry.save({ ...queued, copy }, begunOf(queued, clock()));
  const upload_id = await copies.createUpload(key);
  try {
    await entry.save({ ...entry.now(), copy: { ...copy, upload_id } });
  } catch (error) {
    await copies.abortUpload(key, upload_id);
    throw error;
  }
  return { ...copy, upload_id };
}

/** Compares with what the image's record says: its SHA-512, or whatever else is there; false where that is nothing. */
function verify(image: Image, digests: Pick<FinishedCopy, "checksum" | "os_hash_value">): boolean {
  const { checksum, os_hash_value } = recordedHashes(image);
  const recorded = os_hash_value ?? checksum;
  const found = os_hash_value === null ? digests.checksum : digests.os_hash_value;
  if (recorded !== null && recorded !== found)
    throw new SourceDamaged(`the stored data have the hash ${found}, recorded is ${recorded}`);
  return recorded !== null;
}

/** All parts that are stored, if they are those that were hashed: another run may have sent one of other bytes. */
async function hashedParts(copies: CopyStore, { key, upload_id = "", parts_mark }: CopyUnderWay) {
  const parts = await allParts(copies, key, upload_id);
  if (markOf(parts.map(({ etag }) => etag)) !== parts_mark)
    throw new CopySpoilt("the stored parts are not those that were hashed");
  return parts;
}

/** Makes the object of its parts; done before by a run that ended then, it stays as it is. */
async function complete(copies: CopyStore, copy: CopyUnderWay): Promise<void> {
  const { key, upload_id = "", source } = copy;
  if (source.size === 0) {
    await copies.put(key, new Uint8Array());
    await copies.abortUpload(key, upload_id);
  } else {
    try {
      await copies.completeUpload(key, upload_id, await hashedParts(copies, copy));
    } catch (error) {
      if (!(error instanceof UploadGone) || (await copies.head(key)) === undefined) throw error;
    }
  }
  const stored = await copies.head(key);
  if (stored?.size !== source.size)
    throw new Error(`the copy has ${stored?.size ?? "no"} bytes, its source ${source.size}`);
}

/** Stores a part as a piece too, where it is one. What is there already stays: no two readers see different bytes. */
async function storePiece(
  copies: CopyStore,
  { key, part_bytes, source, pieces }: CopyUnderWay,
  { number, bytes }: { readonly number: number; readonly bytes: Uint8Array },
): Promise<void> {
  if (!pieces || number > pieceCount({ part_bytes }, source.size)) return;
  await copies.put(pieceKey(key, number), bytes);
}

/**
 * Copies an image's bytes into the cache, part by part through here, hashing them on the way: what is served was read
 * once and has the image's hash; of an image without one, all of it is of one version of the source. After each part the
 * record says how far it came, so that a run that is killed costs the part in hand and the one that was being read. A copy
 * that somebody follows is stored twice on the way: nobody can read the parts of an upload before its end.
 * Undefined when `hasTime` says no before all is there. Two parts are in memory. Throws SourceDamaged, Overtaken,
 * CopySpoilt and UploadGone when what was copied is of no use, and what the stores throw.
 */
export async function copyImage(
  ports: CopyPorts,
  entry: EntryInHand,
  { image, source }: { readonly image: Image; readonly source: Location },
  hasTime: () => boolean,
): Promise<FinishedCopy | undefined> {
  const { copies, stores, clock } = ports;
  let copy = await begin(ports, entry, image, source);
  const { key, upload_id = "", part_bytes, source: from } = copy;
  const hashes = await hashesAt(copy);
  if (!hashes) throw new Error("a copy that was just begun cannot be gone on with");
  const blobs = stores.of(from);
  const ask = (offset: number) => {
    const part = blobs.read(from.key, offset, Math.min(part_bytes, from.size - offset));
    // Awaited later: until then a failure is nobody's unhandled one.
    part.catch(() => undefined);
    return part;
  };
  let { offset } = copy;
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
    const [etag] = await Promise.all([
      copies.sendPart(key, upload_id, number, bytes),
      storePiece(copies, copy, { number, bytes }),
    ]);
    hashes.update(bytes);
    copy = { ...copy, offset, ...hashes.state(), parts_mark: marked(copy.parts_mark, etag) };
    await entry.save({ ...entry.now(), progress_at: clock().toISOString(), copy });
  }
  if (offset < from.size) return undefined;
  const digests = hashes.digests();
  if (!verify(image, digests)) await checkUnchanged(blobs, from);
  await complete(copies, copy);
  return { copy, ...digests };
}

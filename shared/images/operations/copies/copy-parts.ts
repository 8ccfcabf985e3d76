import { eachAtOnce } from "../../../each-at-once.ts";
import type { Transfer } from "../../domain/transfer.ts";
import { BlobStoreFailed, type StoredObject } from "../../ports/blob-store.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import { type StoredPart, UploadGone } from "../../ports/presigning-store.ts";
import { allParts } from "../transfers/all-parts.ts";

/** Parts that S3 copies at a time. */
const INSIDE = 8;
/** Parts on their way through here at a time: so many are in memory. */
const THROUGH = 2;

export interface CopyBudget {
  /** Asked before each part but the first, so that every run gets somewhere. */
  readonly mayGoOn: () => Promise<boolean>;
}

interface Part {
  readonly number: number;
  readonly offset: number;
  readonly length: number;
}

/** Where a copy goes, and how it is cut. */
type CopiedInParts = Pick<Transfer, "key" | "upload_id" | "size" | "part_size">;

function partsOf({ size, part_size }: CopiedInParts): Part[] {
  const [bytes, partBytes] = [size ?? 0, part_size ?? 1];
  return Array.from({ length: Math.ceil(bytes / partBytes) }, (_, at) => ({
    number: at + 1,
    offset: at * partBytes,
    length: Math.min(partBytes, bytes - at * partBytes),
  }));
}

/** Brings one part over; whether the store copied it by itself. */
async function bring(
  target: CopyTarget,
  source: StoredObject,
  copy: CopiedInParts,
  part: Part,
): Promise<boolean> {
  const { key, upload_id: uploadId = "" } = copy;
  const { number, offset, length } = part;
  if (await target.copyPart(source, { key, uploadId, number }, { offset, length })) return true;
  const bytes = await source.store.read(source.key, offset, length);
  if (bytes.length !== length) throw new BlobStoreFailed("The source of the copy is shorter than it was.");
  await target.sendPart(key, uploadId, number, bytes, offset);
  return false;
}

/** Lists of Swift follow what is stored late when it is busy: what they name may not be all. Throws BlobStoreFailed. */
function requireAll(copy: CopiedInParts, parts: readonly Pick<StoredPart, "number" | "size">[]): void {
  const sizes = new Map(parts.map(({ number, size }) => [number, size]));
  if (partsOf(copy).some(({ number, length }) => sizes.get(number) !== length))
    throw new BlobStoreFailed("The store does not list all parts of the copy yet; try again later.");
}

/**
 * Brings over the parts that the store does not have yet. False when there was no time for all. Throws BlobMissing when
 * the source is gone, UploadGone when the store has dropped what was copied.
 */
export async function bringMissing(
  target: CopyTarget,
  source: StoredObject,
  copy: CopiedInParts,
  { mayGoOn }: CopyBudget,
): Promise<boolean> {
  const { key, upload_id: uploadId = "" } = copy;
  const there = new Map((await allParts(target, key, uploadId)).map((part) => [part.number, part.size]));
  const missing = partsOf(copy).filter(({ number, length }) => there.get(number) !== length);
  const first = missing.shift();
  if (!first) return true;
  const isInside = await bring(target, source, copy, first);
  return eachAtOnce(missing, isInside ? INSIDE : THROUGH, async (part) => {
    if (!(await mayGoOn())) return false;
    await bring(target, source, copy, part);
    return true;
  });
}

/**
 * Brings an object over, part by part, from where an earlier run stopped: the store itself keeps which parts it has. What
 * was in hand when a run was killed is done again, and nothing else. False when there was no time for all. Throws
 * BlobMissing when the source is gone, UploadGone when the store has dropped what was copied.
 */
export async function copyParts(
  target: CopyTarget,
  source: StoredObject,
  copy: CopiedInParts,
  budget: CopyBudget,
): Promise<boolean> {
  const { key, upload_id: uploadId, size } = copy;
  if (uploadId === undefined) {
    if (size !== 0) throw new UploadGone("The copy has no upload.");
    await target.put(key, new Uint8Array());
    return true;
  }
  if (!(await bringMissing(target, source, copy, budget))) return false;
  const parts = await allParts(target, key, uploadId);
  requireAll(copy, parts);
  await target.completeUpload(key, uploadId, parts);
  return true;
}

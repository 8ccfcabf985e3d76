import type { DigestName } from "../../../signatures/signature-algorithms.ts";
import type { Damage, DamageKind } from "../../domain/damage.ts";
import type { FindingEvidence } from "../../domain/finding.ts";
import type { HashProgress } from "../../domain/transfer.ts";
import { BlobMissing, type BlobStore, SourceTooSlow, type StoredBlob } from "../../ports/blob-store.ts";
import type { ComputedHashes } from "./finish-transfer.ts";
import { hashesFrom, newHashes } from "./resumable-hashes.ts";

/** One GET, held in memory whole; the next one is under way while it is hashed. */
export const RANGE_BYTES = 32 * 1024 ** 2;
/** How often the state is kept while reading: a killed run repeats what it had in hand and what was on its way. */
const SAVE_EVERY_BYTES = RANGE_BYTES;
const READ_ATTEMPTS = 5;

export type StoredExamination =
  | { readonly outcome: "hashed"; readonly hashes: ComputedHashes }
  | { readonly outcome: "damaged"; readonly damage: Damage }
  /** There was no time for all; how far it came is saved. */
  | { readonly outcome: "unfinished" }
  /** Another run has saved the same place or a later one: that one goes on. */
  | { readonly outcome: "overtaken" };

export interface ExaminationBudget {
  /** Asked before each read but the first: every run gets somewhere. May take its time, to keep a rate. */
  readonly mayRead: (bytes: number) => Promise<boolean>;
  /** Keeps how far it has come; false when another run is as far already. */
  readonly save: (progress: HashProgress) => Promise<boolean>;
  /** What was signed; the same in all runs over an object. */
  readonly signedDigest?: DigestName;
  readonly rangeBytes?: number;
}

const isOf = (progress: HashProgress | undefined, { etag }: StoredBlob): boolean =>
  progress?.etag === undefined || progress.etag === etag;

/** A range; BlobMissing when there is no object any more, or the store says that a part of it is lost. */
async function readRange(
  blobs: Pick<BlobStore, "read" | "head">,
  key: string,
  offset: number,
  length: number,
): Promise<Uint8Array | BlobMissing> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await blobs.read(key, offset, length);
    } catch (error) {
      // It had its time, repetitions included.
      if (error instanceof SourceTooSlow) throw error;
      if (!(await blobs.head(key))) return new BlobMissing("There is no such object.");
      if (attempt < READ_ATTEMPTS) continue;
      if (error instanceof BlobMissing) return error;
      throw error;
    }
  }
}

/**
 * Reads an object once, from where an earlier run stopped, and computes both hashes, and the digest that was signed: the one path by which bytes are
 * hashed here, for verification and for audits. Each byte is read once over all runs; a range whose connection broke
 * is read again. Holds two ranges in memory.
 */
export async function examineStored(
  blobs: Pick<BlobStore, "read" | "head">,
  { key, size }: { readonly key: string; readonly size: number },
  progress: HashProgress | undefined,
  { mayRead, save, signedDigest, rangeBytes = RANGE_BYTES }: ExaminationBudget,
): Promise<StoredExamination> {
  const damaged = (kind: DamageKind, evidence: FindingEvidence): StoredExamination => ({
    outcome: "damaged",
    damage: { kind, evidence: { key, recorded_size: size, ...evidence } },
  });
  const stored = await blobs.head(key);
  if (!stored) return damaged("object-missing", {});
  if (stored.size !== size) return damaged("size-mismatch", { stored_size: stored.size });

  // What another release of the hash library refuses is nothing to go on with.
  const resumed = progress && isOf(progress, stored) && (await hashesFrom(progress, signedDigest));
  const hashes = resumed || (await newHashes(signedDigest));
  let offset = (resumed && progress?.offset) || 0;
  let saved = offset;
  const ask = (at: number) => {
    const range = readRange(blobs, key, at, Math.min(rangeBytes, size - at));
    // Awaited later: until then a failure is nobody's unhandled one.
    range.catch(() => undefined);
    return range;
  };
  let range = offset < size ? ask(offset) : undefined;
  while (range) {
    const bytes = await range;
    if (bytes instanceof BlobMissing) return damaged("object-missing", { offset, why: bytes.message });
    const end = offset + bytes.length;
    if (bytes.length !== Math.min(rangeBytes, size - offset))
      return damaged("size-mismatch", { stored_size: end });
    // What is asked for is hashed in this run, so that the next one need not read it again.
    const continues = end < size && (await mayRead(Math.min(rangeBytes, size - end)));
    range = continues ? ask(end) : undefined;
    hashes.update(bytes);
    offset = end;
    if (offset < size && (!continues || offset - saved >= SAVE_EVERY_BYTES)) {
      saved = offset;
      if (!(await save({ offset, ...hashes.state(), etag: stored.etag }))) return { outcome: "overtaken" };
      if (!continues) return { outcome: "unfinished" };
    }
  }
  return { outcome: "hashed", hashes: hashes.digests() };
}

import { createMD5, createSHA224, createSHA256, createSHA384, createSHA512, type IHasher } from "hash-wasm";
import type { DigestName } from "../../../signatures/signature-algorithms.ts";
import type { Damage, DamageKind } from "../../domain/damage.ts";
import type { FindingEvidence } from "../../domain/finding.ts";
import type { HashProgress } from "../../domain/transfer.ts";
import { type BlobStore, SourceTooSlow, type StoredBlob } from "../../ports/blob-store.ts";
import type { ComputedHashes } from "./finish-transfer.ts";

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

const text = (hasher: IHasher): string => Buffer.from(hasher.save()).toString("base64");

const isOf = (progress: HashProgress | undefined, { etag }: StoredBlob): boolean =>
  progress?.etag === undefined || progress.etag === etag;

/** What is computed of a signed image besides the hashes that every image has; SHA-512 is one of those. */
const signedHashers = { sha224: createSHA224, sha256: createSHA256, sha384: createSHA384 } as const;

type Hashers = Readonly<Record<"md5" | "sha512", IHasher>> & { readonly signed?: IHasher };

const load = (hasher: IHasher, state = ""): IHasher => hasher.load(Buffer.from(state, "base64"));

/** The hashers where an earlier run left them. */
async function hashersAt(
  progress: HashProgress | undefined,
  signedDigest: DigestName | undefined,
): Promise<{ hashers: Hashers; from: number }> {
  const isOther = signedDigest !== undefined && signedDigest !== "sha512";
  const [md5, sha512, signed] = await Promise.all([
    createMD5(),
    createSHA512(),
    isOther ? signedHashers[signedDigest]() : undefined,
  ]);
  const hashers = { md5, sha512, ...(signed && { signed }) };
  if (progress) {
    try {
      load(md5, progress.md5);
      load(sha512, progress.sha512);
      if (signed) load(signed, progress.signed);
      return { hashers, from: progress.offset };
    } catch {
      // Saved by another release of the hash library, which refuses it: nothing to go on with.
    }
  }
  for (const hasher of Object.values(hashers)) hasher.init();
  return { hashers, from: 0 };
}

const stateOf = ({ md5, sha512, signed }: Hashers) => ({
  md5: text(md5),
  sha512: text(sha512),
  ...(signed && { signed: text(signed) }),
});

function hashesOf({ md5, sha512, signed }: Hashers, signedDigest: DigestName | undefined): ComputedHashes {
  const hashes = { checksum: md5.digest("hex"), os_hash_value: sha512.digest("hex") };
  if (signedDigest === undefined) return hashes;
  return { ...hashes, signed: signed ? signed.digest("hex") : hashes.os_hash_value };
}

/** A range; undefined when there is no object any more. */
async function readRange(
  blobs: Pick<BlobStore, "read" | "head">,
  key: string,
  offset: number,
  length: number,
): Promise<Uint8Array | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await blobs.read(key, offset, length);
    } catch (error) {
      // It had its time, repetitions included.
      if (error instanceof SourceTooSlow) throw error;
      if (!(await blobs.head(key))) return undefined;
      if (attempt >= READ_ATTEMPTS) throw error;
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

  const { hashers, from } = await hashersAt(isOf(progress, stored) ? progress : undefined, signedDigest);
  let offset = from;
  let saved = from;
  const ask = (at: number) => {
    const range = readRange(blobs, key, at, Math.min(rangeBytes, size - at));
    // Awaited later: until then a failure is nobody's unhandled one.
    range.catch(() => undefined);
    return range;
  };
  let range = offset < size ? ask(offset) : undefined;
  while (range) {
    const bytes = await range;
    if (!bytes) return damaged("object-missing", {});
    const end = offset + bytes.length;
    if (bytes.length !== Math.min(rangeBytes, size - offset))
      return damaged("size-mismatch", { stored_size: end });
    // What is asked for is hashed in this run, so that the next one need not read it again.
    const continues = end < size && (await mayRead(Math.min(rangeBytes, size - end)));
    range = continues ? ask(end) : undefined;
    for (const hasher of Object.values(hashers)) hasher.update(bytes);
    offset = end;
    if (offset < size && (!continues || offset - saved >= SAVE_EVERY_BYTES)) {
      saved = offset;
      if (!(await save({ offset, ...stateOf(hashers), etag: stored.etag }))) return { outcome: "overtaken" };
      if (!continues) return { outcome: "unfinished" };
    }
  }
  return { outcome: "hashed", hashes: hashesOf(hashers, signedDigest) };
}

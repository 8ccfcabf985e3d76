import { createHash } from "node:crypto";
import { eachAtOnce } from "../../../each-at-once.ts";
import { MAX_BUFFERED_BYTES } from "../../domain/part-plan.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import type { StoredPart } from "../../ports/presigning-store.ts";
import { allParts } from "../transfers/all-parts.ts";
import { type FetchPace, OutOfTime } from "./fetch-budget.ts";
import { fetchPart, type pauseAfter, type SourceAt } from "./fetch-part.ts";
import { partsMark } from "./fetched-parts.ts";
import { type Digests, orderedHashes } from "./ordered-hashes.ts";
import { turns } from "./turns.ts";

/** The upload that the parts go to, and how it is cut. */
export interface FetchedUpload {
  readonly target: Pick<CopyTarget, "listParts" | "sendPart">;
  readonly key: string;
  readonly uploadId: string;
  readonly size: number;
  readonly partBytes: number;
}

export interface RangesWork {
  /** Part numbers, both of them included. */
  readonly from: number;
  readonly to: number;
  /** Parts at a time. */
  readonly connections: number;
  /** What is there is fetched again and compared, and gives way where it differs. */
  readonly compares: boolean;
  /** Digests that are wanted of all of it, where one run fetches all. */
  readonly algorithms: readonly string[];
  readonly pause?: typeof pauseAfter;
}

export interface FetchedRanges {
  /** Whether all parts of the work are there. */
  readonly isWhole: boolean;
  /** Up to this part, it included, all of the work is done. */
  readonly upTo: number;
  /** Parts that this run has stored. */
  readonly stored: number;
  /** Of those, the ones that had other bytes before. */
  readonly replaced: number;
  /** Of the whole, where this run has seen all of it. */
  readonly digests?: Digests;
  /** The stored parts that they are of: `partsMark`. */
  readonly mark?: string;
}

/** Parts in memory for each connection, with those that wait until the ones before them are hashed. */
const WAITING = 2;
const MOST_WAITING_BYTES = MAX_BUFFERED_BYTES / 2;

type Cut = Pick<FetchedUpload, "size" | "partBytes">;

export const partCount = ({ size, partBytes }: Cut): number => Math.ceil(size / partBytes);

export const partLength = ({ size, partBytes }: Cut, number: number): number =>
  Math.min(partBytes, size - (number - 1) * partBytes);

const isSamePart = (part: StoredPart | undefined, bytes: Uint8Array): boolean =>
  part?.size === bytes.length && part.etag === createHash("md5").update(bytes).digest("hex");

/** How many parts are fetched at a time, and how many are in memory while they wait for being hashed. */
function bounds({ partBytes }: Cut, connections: number) {
  const most = Math.max(1, Math.floor(MOST_WAITING_BYTES / partBytes));
  const atOnce = Math.min(connections, most);
  return { atOnce, inMemory: Math.min(atOnce * WAITING, Math.max(most, atOnce)) };
}

/**
 * Fetches parts of a source that gives ranges and stores them, some at a time; the store is the record of what is there
 * already. Each part is idempotent. Ends early when the run's time is over. Throws ImportSourceFailed, UploadGone, HoldLost.
 */
export async function fetchRanges(
  at: SourceAt,
  upload: FetchedUpload,
  { from, to, connections, compares, algorithms, pause }: RangesWork,
  pace: FetchPace,
): Promise<FetchedRanges> {
  const { target, key, uploadId, partBytes } = upload;
  const there = new Map((await allParts(target, key, uploadId)).map((part) => [part.number, part]));
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const lengthOf = (number: number) => partLength(upload, number);
  const done = new Set(
    compares ? [] : numbers.filter((number) => there.get(number)?.size === lengthOf(number)),
  );
  for (const number of done) pace.found(lengthOf(number));
  const missing = numbers.filter((number) => !done.has(number));

  const hashes = missing.length === partCount(upload) ? orderedHashes(algorithms) : undefined;
  const { atOnce, inMemory } = bounds(upload, connections);
  const memory = turns(hashes ? inMemory : atOnce);
  const counts = { stored: 0, replaced: 0 };
  const etags: Pick<StoredPart, "number" | "etag">[] = [];
  let isOver = false;

  const store = async (number: number, bytes: Uint8Array): Promise<void> => {
    const before = there.get(number);
    if (compares && before && isSamePart(before, bytes)) {
      etags.push(before);
      return;
    }
    pace.requireOurs();
    etags.push({ number, etag: await target.sendPart(key, uploadId, number, bytes) });
    counts.stored++;
    if (before) counts.replaced++;
  };
  const bring = async (number: number): Promise<boolean> => {
    await memory.take();
    // Every run gets somewhere.
    if (isOver || (number !== missing[0] && !pace.hasTime())) {
      memory.give();
      return false;
    }
    try {
      const range = { offset: (number - 1) * partBytes, length: lengthOf(number) };
      const bytes = await fetchPart(at, range, pace, pause);
      await store(number, bytes);
      done.add(number);
      if (hashes) hashes.add(number, bytes, memory.give);
      else memory.give();
      return true;
    } catch (error) {
      isOver = true;
      // The others wait for this part to be hashed, and see now that there is nothing to wait for.
      for (let each = 0; each <= atOnce; each++) memory.give();
      if (error instanceof OutOfTime) return false;
      throw error;
    }
  };
  const isWhole = await eachAtOnce(missing, atOnce, bring);
  const upTo = numbers.find((number) => !done.has(number)) ?? to + 1;
  const seen = isWhole && hashes && { digests: hashes.digests(), mark: partsMark(etags) };
  return { isWhole, upTo: upTo - 1, ...counts, ...seen };
}

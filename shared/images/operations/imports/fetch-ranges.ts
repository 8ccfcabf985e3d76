import { eachAtOnce } from "../../../each-at-once.ts";
import {
  type Digests,
  digestsAtOnce,
  type RunningDigests,
  type StartDigests,
} from "../../../hashing/running-digests.ts";
import { MAX_BUFFERED_BYTES } from "../../domain/part-plan.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import type { StoredPart } from "../../ports/presigning-store.ts";
import { allParts } from "../transfers/all-parts.ts";
import { type FetchPace, OutOfTime } from "./fetch-budget.ts";
import { fetchPart, type pauseAfter, type SourceAt } from "./fetch-part.ts";
import { partsMark } from "./fetched-parts.ts";
import { orderedHashes } from "./ordered-hashes.ts";
import { partMemory } from "./part-memory.ts";

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
  /** How they are computed; at once unless said. */
  readonly startDigests?: StartDigests;
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
  work: RangesWork,
  pace: FetchPace,
): Promise<FetchedRanges> {
  const { target, key, uploadId } = upload;
  const there = new Map((await allParts(target, key, uploadId)).map((part) => [part.number, part]));
  const { algorithms, startDigests = digestsAtOnce } = work;
  const isAll = missingOf(upload, work, there).length === partCount(upload);
  const digests = startDigests(isAll ? algorithms : [], upload.size);
  try {
    return await bringMissing(at, upload, { ...work, there, digests, isAll }, pace);
  } finally {
    digests.close();
  }
}

interface Bringing extends RangesWork {
  readonly there: ReadonlyMap<number, StoredPart>;
  readonly digests: RunningDigests;
  /** Whether this run sees all of the bytes. */
  readonly isAll: boolean;
}

const numbersOf = ({ from, to }: Pick<RangesWork, "from" | "to">): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Parts of the work that are to be fetched. */
const missingOf = (
  upload: FetchedUpload,
  { from, to, compares }: Pick<RangesWork, "from" | "to" | "compares">,
  there: Bringing["there"],
): number[] =>
  numbersOf({ from, to }).filter(
    (number) => compares || there.get(number)?.size !== partLength(upload, number),
  );

async function bringMissing(
  at: SourceAt,
  upload: FetchedUpload,
  { from, to, connections, compares, pause, there, digests, isAll }: Bringing,
  pace: FetchPace,
): Promise<FetchedRanges> {
  const { target, key, uploadId, partBytes, size } = upload;
  const missing = missingOf(upload, { from, to, compares }, there);
  const lacking = new Set(missing);
  const numbers = numbersOf({ from, to });
  const done = new Set(numbers.filter((number) => !lacking.has(number)));
  for (const number of done) pace.found(partLength(upload, number));

  const hashes = isAll ? orderedHashes(digests) : undefined;
  const { atOnce, inMemory } = bounds(upload, connections);
  const memory = partMemory(hashes ? inMemory : atOnce);
  const counts = { stored: 0, replaced: 0 };
  const etags: Pick<StoredPart, "number" | "etag">[] = [];

  const store = async (number: number, bytes: Uint8Array): Promise<void> => {
    const before = there.get(number);
    const md5 = await digests.md5Of(bytes);
    if (compares && before?.size === bytes.length && before.etag === md5) {
      etags.push(before);
      return;
    }
    pace.requireOurs();
    const offset = (number - 1) * partBytes;
    etags.push({ number, etag: await target.sendPart(key, uploadId, number, bytes, offset, md5) });
    counts.stored++;
    if (before) counts.replaced++;
  };
  const bring = async (number: number): Promise<boolean> => {
    const buffer = await memory.take(Math.min(partBytes, size));
    if (!buffer) return false;
    // Every run gets somewhere.
    if (number !== missing[0] && !pace.hasTime()) {
      memory.close();
      return false;
    }
    try {
      const bytes = buffer.subarray(0, partLength(upload, number));
      await fetchPart(at, (number - 1) * partBytes, bytes, pace, pause);
      const hashed = hashes?.add(number, bytes);
      await store(number, bytes);
      done.add(number);
      // The next part is fetched meanwhile.
      if (hashed) hashed.then(() => memory.give(buffer));
      else memory.give(buffer);
      return true;
    } catch (error) {
      // The others may wait for this part to be hashed.
      memory.close();
      if (error instanceof OutOfTime) return false;
      throw error;
    }
  };
  const isWhole = await eachAtOnce(missing, atOnce, bring);
  const upTo = numbers.find((number) => !done.has(number)) ?? to + 1;
  const outcome = { isWhole, upTo: upTo - 1, ...counts };
  if (!isWhole || !hashes) return outcome;
  await hashes.end();
  return { ...outcome, digests: await digests.digests(), mark: partsMark(etags) };
}

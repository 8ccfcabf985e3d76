import {
  type Digests,
  digestsAtOnce,
  type RunningDigests,
  type StartDigests,
} from "../../../hashing/running-digests.ts";
import { cutParts } from "../../domain/cut-parts.ts";
import { planParts, streamPartBytes } from "../../domain/part-plan.ts";
import { ImportSourceFailed } from "../../ports/import-source.ts";
import type { StoredPart } from "../../ports/presigning-store.ts";
import { type FetchPace, OutOfTime } from "./fetch-budget.ts";
import { isPassing, pauseAfter, type SourceAt } from "./fetch-part.ts";
import { ImportFailed } from "./import-errors.ts";
import { partMemory } from "./part-memory.ts";
import { partSender, type StreamedUpload } from "./send-stream.ts";

export interface FetchedStream {
  readonly size: number;
  /** What the object is to be made of: parts of an earlier, longer attempt are not among them. */
  readonly parts: readonly StoredPart[];
  readonly digests: Digests;
  readonly stored: number;
}

const ATTEMPTS = 5;

/** One part is filled, one is sent, and one may be hashed yet. */
const PARTS_IN_MEMORY = 3;

async function readThrough(
  { source, url, facts }: SourceAt,
  upload: StreamedUpload,
  hashes: RunningDigests,
  pace: FetchPace,
): Promise<FetchedStream> {
  const planned =
    facts.size === undefined ? undefined : Math.min(planParts(facts.size).partBytes, Math.max(1, facts.size));
  const memory = partMemory(PARTS_IN_MEMORY);
  const { most = Number.POSITIVE_INFINITY } = upload;
  const { add, end } = await partSender(upload, pace.requireOurs);
  let size = 0;
  async function* given() {
    for await (const chunk of source.open(url, facts)) {
      size += chunk.length;
      if (size > most)
        throw new ImportFailed(
          "The source has more bytes than the project may stage (its limit image_stage_total): have it raised, or wait until other imports have ended.",
        );
      yield chunk;
      await pace.taken(chunk.length);
    }
    if (facts.size !== undefined && size !== facts.size)
      throw new ImportSourceFailed(`The source announced ${facts.size} bytes and gave ${size}.`, {
        passing: true,
      });
  }
  const memoryOf = async (bytes: number) => {
    const buffer = await memory.take(bytes);
    if (!buffer) throw new Error("the memory of a stream is closed while it is read");
    return buffer;
  };
  let hashing: Promise<void> = Promise.resolve();
  for await (const part of cutParts(given(), (one) => planned ?? streamPartBytes(one), memoryOf)) {
    hashing = hashes.add(part);
    const hashed = hashing.catch(() => undefined);
    await add(part, { md5: hashes.md5Of(part), onSent: () => hashed.then(() => memory.give(part)) });
  }
  const sent = await end();
  await hashing;
  return { size, digests: await hashes.digests(), ...sent };
}

export interface StreamWork {
  readonly algorithms: readonly string[];
  readonly pause?: typeof pauseAfter;
  /** How they are computed; at once unless said. */
  readonly startDigests?: StartDigests;
}

/**
 * Fetches a source that gives no ranges, in one go from its beginning: of what an earlier run has stored, the same bytes
 * are not sent again. All of it must come within one run, as nothing can be asked for from the middle. Throws
 * ImportSourceFailed, UploadGone, HoldLost.
 */
export async function fetchStream(
  at: SourceAt,
  upload: StreamedUpload,
  { algorithms, pause = pauseAfter, startDigests = digestsAtOnce }: StreamWork,
  pace: FetchPace,
): Promise<FetchedStream> {
  const began = performance.now();
  for (let failures = 1; ; failures++) {
    const digests = startDigests(algorithms, at.facts.size);
    try {
      return await readThrough(at, upload, digests, pace);
    } catch (error) {
      if (error instanceof OutOfTime || (isPassing(error) && !pace.hasTime())) {
        const minutes = Math.round((performance.now() - began) / 60_000);
        throw new ImportSourceFailed(
          `The source gives no ranges, so that all of it must come at once, and in ${minutes} minutes it gave ` +
            `${pace.bytes()} bytes without an end. Offer it where ranges are served, or upload it.`,
          { cause: error },
        );
      }
      if (!isPassing(error) || failures === ATTEMPTS) throw error;
      await pause(failures);
    } finally {
      digests.close();
    }
  }
}

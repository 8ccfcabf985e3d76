import { createHash } from "node:crypto";
import { planParts, streamPartBytes } from "../../domain/part-plan.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import { ImportSourceFailed } from "../../ports/import-source.ts";
import type { StoredPart } from "../../ports/presigning-store.ts";
import { allParts } from "../transfers/all-parts.ts";
import { type FetchPace, OutOfTime } from "./fetch-budget.ts";
import { isPassing, pauseAfter, type SourceAt } from "./fetch-part.ts";
import { type Digests, orderedHashes } from "./ordered-hashes.ts";

/** The upload that the bytes go to. */
export interface StreamedUpload {
  readonly target: Pick<CopyTarget, "listParts" | "sendPart">;
  readonly key: string;
  readonly uploadId: string;
}

export interface FetchedStream {
  readonly size: number;
  /** What the object is to be made of: parts of an earlier, longer attempt are not among them. */
  readonly parts: readonly StoredPart[];
  readonly digests: Digests;
  readonly stored: number;
}

const ATTEMPTS = 5;

/** Sends parts while the next one is filled: two are in memory. What is there with the same bytes is not sent again. */
function sender(
  { target, key, uploadId }: StreamedUpload,
  there: ReadonlyMap<number, StoredPart>,
  pace: FetchPace,
) {
  const parts: StoredPart[] = [];
  let sending: Promise<void> = Promise.resolve();
  let stored = 0;
  const send = async (number: number, bytes: Uint8Array) => {
    const etag = createHash("md5").update(bytes).digest("hex");
    const before = there.get(number);
    const isSame = before?.size === bytes.length && before.etag === etag;
    if (!isSame) stored++;
    pace.requireOurs();
    const kept = isSame ? etag : await target.sendPart(key, uploadId, number, bytes);
    parts.push({ number, size: bytes.length, etag: kept });
  };
  return {
    add: async (bytes: Uint8Array): Promise<void> => {
      await sending;
      sending = send(parts.length + 1, bytes);
      // Awaited by the next one, or at the end: until then a failure is nobody's unhandled one.
      sending.catch(() => undefined);
    },
    end: async () => {
      await sending;
      return { parts, stored };
    },
  };
}

async function readThrough(
  { source, url, facts }: SourceAt,
  upload: StreamedUpload,
  algorithms: readonly string[],
  pace: FetchPace,
): Promise<FetchedStream> {
  const { target, key, uploadId } = upload;
  const there = new Map((await allParts(target, key, uploadId)).map((part) => [part.number, part]));
  const planned = facts.size === undefined ? undefined : planParts(facts.size).partBytes;
  const lengthOf = (number: number) => planned ?? streamPartBytes(number);
  const hashes = orderedHashes(algorithms);
  const { add, end } = sender(upload, there, pace);
  let number = 1;
  let part = Buffer.allocUnsafe(lengthOf(number));
  let filled = 0;
  let size = 0;
  const take = async (bytes: Uint8Array) => {
    hashes.add(number++, bytes);
    await add(bytes);
  };
  for await (const chunk of source.open(url, facts)) {
    for (let taken = 0; taken < chunk.length; ) {
      if (filled === part.length) {
        await take(part);
        part = Buffer.allocUnsafe(lengthOf(number));
        filled = 0;
      }
      const some = chunk.subarray(taken, taken + part.length - filled);
      part.set(some, filled);
      filled += some.length;
      taken += some.length;
    }
    size += chunk.length;
    await pace.taken(chunk.length);
  }
  if (facts.size !== undefined && size !== facts.size)
    throw new ImportSourceFailed(`The source announced ${facts.size} bytes and gave ${size}.`, {
      passing: true,
    });
  if (filled > 0) await take(part.subarray(0, filled));
  return { size, digests: hashes.digests(), ...(await end()) };
}

/**
 * Fetches a source that gives no ranges, in one go from its beginning: of what an earlier run has stored, the same bytes
 * are not sent again. All of it must come within one run, as nothing can be asked for from the middle. Throws
 * ImportSourceFailed, UploadGone, HoldLost.
 */
export async function fetchStream(
  at: SourceAt,
  upload: StreamedUpload,
  algorithms: readonly string[],
  pace: FetchPace,
  pause = pauseAfter,
): Promise<FetchedStream> {
  const began = performance.now();
  for (let failures = 1; ; failures++) {
    try {
      return await readThrough(at, upload, algorithms, pace);
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
    }
  }
}

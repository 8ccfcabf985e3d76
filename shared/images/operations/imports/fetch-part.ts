import { setTimeout as sleep } from "node:timers/promises";
import { type ImportSource, ImportSourceFailed, type SourceFacts } from "../../ports/import-source.ts";
import { type FetchPace, OutOfTime } from "./fetch-budget.ts";

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8000;
/** An attempt that has brought so many bytes is none that failed: a host that drops connections now and then is read all the same. */
const WORTH_BYTES = 1024 ** 2;

/** Waits before repetition `failures` (1, 2, …): exponential with full jitter. */
export const pauseAfter = (failures: number): Promise<void> =>
  sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures));

export const isPassing = (error: unknown): boolean => error instanceof ImportSourceFailed && error.passing;

/** What a source is asked before its bytes: repeated where another try may go better, as parts are. */
export async function askPatiently<Answer>(
  ask: () => Promise<Answer>,
  { hasTime, pause = pauseAfter }: { readonly hasTime: () => boolean; readonly pause?: typeof pauseAfter },
): Promise<Answer> {
  for (let failures = 1; ; failures++) {
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error) || failures === ATTEMPTS || !hasTime()) throw error;
      await pause(failures);
    }
  }
}

export interface SourceAt {
  readonly source: ImportSource;
  readonly url: string;
  readonly facts: SourceFacts;
}

/**
 * Fills `part` with a source's bytes from `offset` on. A connection that breaks is gone on with where it broke, with a pause
 * between; five that bring nothing in a row are a failure. Throws ImportSourceFailed, OutOfTime.
 */
export async function fetchPart(
  { source, url, facts }: SourceAt,
  offset: number,
  part: Uint8Array,
  pace: FetchPace,
  pause = pauseAfter,
): Promise<void> {
  const { length } = part;
  let filled = 0;
  for (let failures = 0; filled < length; ) {
    const began = filled;
    try {
      const left = { offset: offset + filled, length: length - filled };
      for await (const chunk of source.open(url, facts, left)) {
        part.set(chunk, filled);
        filled += chunk.length;
        await pace.taken(chunk.length);
      }
      // Some give little at once.
      if (filled === began) throw new ImportSourceFailed("The source gives no bytes.", { passing: true });
    } catch (error) {
      if (filled - began >= WORTH_BYTES) failures = 0;
      if (!isPassing(error) || ++failures === ATTEMPTS) throw error;
      // A host that takes its time with each failure gets no more of it than one that gives bytes.
      if (!pace.hasTime()) throw new OutOfTime();
      await pause(failures);
    }
  }
}

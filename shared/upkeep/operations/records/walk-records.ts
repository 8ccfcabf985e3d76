import type { Clock } from "../../../clock.ts";
import { eachAtOnce } from "../../../each-at-once.ts";
import type { RecordKind, RecordRef, Records } from "../../ports/records.ts";
import type { JobRun } from "../job-run.ts";
import { Pace, type Sleep } from "../pace.ts";
import type { Pass } from "../pass.ts";

export interface WalkPorts {
  readonly records: Records;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

/** Where a walk goes on; absent at its beginning. */
export interface WalkCursor {
  readonly after?: string;
}

export interface RecordWalk {
  readonly recordsPerSecond: number;
  readonly only?: RecordKind;
  /** What is done with a page. It may move the pass's cursor, but for `after`. */
  readonly page: (refs: readonly RecordRef[]) => Promise<void>;
}

/** Few enough for the time that a run keeps back to end in. */
const PAGE = 100;

/**
 * Walks over all records from the pass's cursor on, below the rate, saving the cursor after each page. True at the
 * end; false when the run has no time left, and the next one goes on.
 */
export async function walkRecords<Cursor extends WalkCursor>(
  { records, clock, sleep }: WalkPorts,
  run: JobRun,
  pass: Pass<Cursor>,
  { recordsPerSecond, only, page }: RecordWalk,
): Promise<boolean> {
  const rates = { objectsPerSecond: recordsPerSecond, bytesPerSecond: Number.POSITIVE_INFINITY };
  const pace = new Pace(rates, { now: () => clock().getTime(), sleep });
  for (;;) {
    if (!(await pace.wait(() => run.bounds.isLeft()))) return false;
    const { after } = pass.cursor;
    const { refs, next } = await records.walk({
      limit: PAGE,
      ...(after !== undefined && { after }),
      ...(only !== undefined && { only }),
    });
    pace.spend({ objects: refs.length });
    run.bounds.spend({ objects: refs.length });
    await page(refs);
    if (next === undefined) return true;
    await pass.save({ ...pass.cursor, after: next });
  }
}

/** So many things are looked at side by side. */
const AT_ONCE = 10;

/** Does `work` with each, a few at a time. */
export async function inParallel<Thing>(
  things: readonly Thing[],
  work: (thing: Thing) => Promise<unknown>,
): Promise<void> {
  await eachAtOnce(things, AT_ONCE, async (thing) => {
    await work(thing);
  });
}

import type { Clock } from "../../clock.ts";
import type { Checkpoints } from "../ports/checkpoints.ts";
import type { JobRun } from "./job-run.ts";
import { added, type Counts, noCounts } from "./tally.ts";

/**
 * A pass as it is stored. These names are in the tables of earlier versions, so they stay: `form` is the schema version,
 * `place` the cursor.
 */
interface PassState<Cursor> {
  readonly form: number;
  readonly began_at: string;
  readonly ended_at?: string;
  /** Since the pass began, over all its runs. */
  readonly counts: Counts;
  readonly place: Cursor;
}

export interface PassOptions<Cursor> {
  /** Name of the checkpoint: the job's, or `<job>-<part>` for one of several walks. */
  readonly name: string;
  /** Of `Cursor`; raise it when that changes: a pass of another version starts again. */
  readonly schemaVersion: number;
  /** Seconds from the beginning of a pass to that of the next; a run that an operator asked for does not wait. */
  readonly everySeconds: number;
  /** Where a pass begins. Plain data. */
  readonly start: Cursor;
}

/**
 * A walk over everything of a kind that takes as many runs as it needs:
 *
 *     const pass = await openPass(ports, run, options);
 *     while (pass && run.bounds.isLeft()) {
 *       … one page from pass.cursor on, each thing through run.consider …
 *       await (isLast ? pass.end() : pass.save(nextCursor));
 *     }
 *
 * A run that is killed is continued from the last save, so a page may be done twice: acts are idempotent. Of two
 * overlapping runs the one that saves second is told so by CheckpointMoved, which ends it. A dry run walks from
 * the start and saves nothing.
 */
export class Pass<Cursor> {
  beganAt: string;
  cursor: Cursor;
  readonly #write: (state: PassState<Cursor>) => Promise<void>;
  readonly #run: JobRun;
  readonly #schemaVersion: number;
  #before: Counts;
  #atOpening: Counts;
  readonly #clock: Clock;

  constructor(
    state: PassState<Cursor>,
    { run, clock, write }: { run: JobRun; clock: Clock; write: (state: PassState<Cursor>) => Promise<void> },
  ) {
    this.beganAt = state.began_at;
    this.cursor = state.place;
    this.#schemaVersion = state.form;
    this.#before = state.counts;
    this.#atOpening = run.tally.counts();
    this.#run = run;
    this.#clock = clock;
    this.#write = write;
  }

  async save(cursor: Cursor): Promise<void> {
    await this.#write(this.#state(cursor));
    this.cursor = cursor;
  }

  /** Starts again, at once. */
  async restart(cursor: Cursor): Promise<void> {
    this.beganAt = this.#clock().toISOString();
    this.#before = noCounts;
    this.#atOpening = this.#run.tally.counts();
    await this.save(cursor);
  }

  /** The pass is done: one line says what it came to. */
  async end(): Promise<void> {
    const state = { ...this.#state(this.cursor), ended_at: this.#clock().toISOString() };
    await this.#write(state);
    this.#run.say("end of pass", {
      began_at: state.began_at,
      ended_at: state.ended_at,
      counts: state.counts,
    });
  }

  #state(cursor: Cursor): PassState<Cursor> {
    return {
      form: this.#schemaVersion,
      began_at: this.beganAt,
      counts: added(this.#before, this.#atOpening, this.#run.tally.counts()),
      place: cursor,
    };
  }
}

/** The pass that is under way, or a new one; undefined when the last one is done and the next is not due. */
export async function openPass<Cursor>(
  { checkpoints, clock }: { checkpoints: Checkpoints; clock: Clock },
  run: JobRun,
  { name, schemaVersion, everySeconds, start }: PassOptions<Cursor>,
): Promise<Pass<Cursor> | undefined> {
  const began_at = clock().toISOString();
  const fresh: PassState<Cursor> = { form: schemaVersion, began_at, counts: noCounts, place: start };
  if (run.dryRun) return new Pass(fresh, { run, clock, write: async () => undefined });

  const found = await checkpoints.find(name);
  let revision = found?.revision;
  const write = async (state: PassState<Cursor>) => {
    revision = await checkpoints.save(name, revision, state);
  };
  const stored = found?.state as PassState<Cursor> | undefined;
  if (stored?.form === schemaVersion && stored.ended_at === undefined)
    return new Pass(stored, { run, clock, write });

  const isDue = !stored || Date.parse(began_at) - Date.parse(stored.began_at) >= everySeconds * 1000;
  // Another schema version was written by another version of the job: its cursor means nothing to this one.
  if (!isDue && !run.now && stored.form === schemaVersion) return undefined;
  // Written at once, so that of two runs that begin a pass together only one continues.
  await write(fresh);
  return new Pass(fresh, { run, clock, write });
}

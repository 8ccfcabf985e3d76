import type { Clock } from "../../clock.ts";
import type { Checkpoints } from "../ports/checkpoints.ts";
import type { JobRun } from "./job-run.ts";
import { added, type Counts, noCounts } from "./tally.ts";

/** Counts what a stored pass looks like: one of another form is begun anew. */
interface PassState<Place> {
  readonly form: number;
  readonly began_at: string;
  readonly ended_at?: string;
  /** Since the pass began, over all its runs. */
  readonly counts: Counts;
  readonly place: Place;
}

export interface PassOptions<Place> {
  /** Name of the checkpoint: the job's, or `<job>-<part>` for one of several walks. */
  readonly name: string;
  /** The version of `Place`; raise it when its form changes. */
  readonly form: number;
  /** Seconds from the beginning of a pass to that of the next; a run that an operator asked for does not wait. */
  readonly everySeconds: number;
  /** Where a pass begins. Plain data. */
  readonly start: Place;
}

/**
 * A walk over everything of a kind that takes as many runs as it needs:
 *
 *     const pass = await openPass(ports, run, options);
 *     while (pass && run.bounds.isLeft()) {
 *       … one page from pass.place on, each thing through run.consider …
 *       await (isLast ? pass.end() : pass.save(nextPlace));
 *     }
 *
 * A run that is killed is continued from the last save, so a page may be done twice: acts are idempotent. Of two
 * overlapping runs the one that saves second is told so by CheckpointMoved, which ends it. A dry run walks from
 * the start and saves nothing.
 */
export class Pass<Place> {
  beganAt: string;
  place: Place;
  readonly #write: (state: PassState<Place>) => Promise<void>;
  readonly #run: JobRun;
  readonly #form: number;
  #before: Counts;
  #atOpening: Counts;
  readonly #clock: Clock;

  constructor(
    state: PassState<Place>,
    { run, clock, write }: { run: JobRun; clock: Clock; write: (state: PassState<Place>) => Promise<void> },
  ) {
    this.beganAt = state.began_at;
    this.place = state.place;
    this.#form = state.form;
    this.#before = state.counts;
    this.#atOpening = run.tally.counts();
    this.#run = run;
    this.#clock = clock;
    this.#write = write;
  }

  async save(place: Place): Promise<void> {
    await this.#write(this.#state(place));
    this.place = place;
  }

  /** Begins anew, at once. */
  async restart(place: Place): Promise<void> {
    this.beganAt = this.#clock().toISOString();
    this.#before = noCounts;
    this.#atOpening = this.#run.tally.counts();
    await this.save(place);
  }

  /** The pass is done: one line says what it came to. */
  async end(): Promise<void> {
    const state = { ...this.#state(this.place), ended_at: this.#clock().toISOString() };
    await this.#write(state);
    this.#run.say("end of pass", {
      began_at: state.began_at,
      ended_at: state.ended_at,
      counts: state.counts,
    });
  }

  #state(place: Place): PassState<Place> {
    return {
      form: this.#form,
      began_at: this.beganAt,
      counts: added(this.#before, this.#atOpening, this.#run.tally.counts()),
      place,
    };
  }
}

/** The pass that is under way, or a new one; undefined when the last one is done and the next is not due. */
export async function openPass<Place>(
  { checkpoints, clock }: { checkpoints: Checkpoints; clock: Clock },
  run: JobRun,
  { name, form, everySeconds, start }: PassOptions<Place>,
): Promise<Pass<Place> | undefined> {
  const began_at = clock().toISOString();
  const fresh: PassState<Place> = { form, began_at, counts: noCounts, place: start };
  if (run.dryRun) return new Pass(fresh, { run, clock, write: async () => undefined });

  const found = await checkpoints.find(name);
  let revision = found?.revision;
  const write = async (state: PassState<Place>) => {
    revision = await checkpoints.save(name, revision, state);
  };
  const stored = found?.state as PassState<Place> | undefined;
  if (stored?.form === form && stored.ended_at === undefined) return new Pass(stored, { run, clock, write });

  const isDue = !stored || Date.parse(began_at) - Date.parse(stored.began_at) >= everySeconds * 1000;
  // Another form was written by another version of the job: its place means nothing to this one.
  if (!isDue && !run.now && stored.form === form) return undefined;
  // Written at once, so that of two runs that begin a pass together only one goes on.
  await write(fresh);
  return new Pass(fresh, { run, clock, write });
}

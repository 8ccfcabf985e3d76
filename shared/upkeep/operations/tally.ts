/** What a run of a job did; every job answers this. */
export interface JobResult {
  readonly examined: number;
  readonly acted: number;
  readonly failed: number;
  /** ISO 8601: the oldest thing found that is still unfinished. */
  readonly oldest?: string;
  /** Nothing was changed; `would_act` counts what would have been. */
  readonly dry_run?: true;
  readonly would_act?: number;
  /** There was no time for all: the next run goes on. */
  readonly unfinished?: true;
  /** What was left alone, and until when; the job goes on by itself. */
  readonly waits?: string;
  /** The job has stopped itself, and why; nothing was done since. */
  readonly stopped?: string;
  /** What an operator has just released; null: the job was not stopped. */
  readonly released?: string | null;
}

export type Counts = Pick<JobResult, "examined" | "acted" | "failed" | "oldest">;

const earlier = (one: string | undefined, other: string | undefined): string | undefined =>
  one === undefined || (other !== undefined && other < one) ? other : one;

/** Counts of a run, or of the part of a pass that was done before. */
export class Tally {
  examined = 0;
  acted = 0;
  failed = 0;
  #oldest: string | undefined;

  /** `since`: ISO 8601, of something that is unfinished. */
  saw(since?: string): void {
    this.examined++;
    this.#oldest = earlier(this.#oldest, since);
  }

  /** Adds what another part of the run has counted itself. */
  add({ examined, acted, failed, oldest }: Counts): void {
    this.examined += examined;
    this.acted += acted;
    this.failed += failed;
    this.#oldest = earlier(this.#oldest, oldest);
  }

  /** Of something that was counted already and is unfinished still. */
  leaves(since: string | undefined): void {
    this.#oldest = earlier(this.#oldest, since);
  }

  counts(): Counts {
    const { examined, acted, failed } = this;
    return { examined, acted, failed, ...(this.#oldest === undefined ? {} : { oldest: this.#oldest }) };
  }
}

export const noCounts: Counts = { examined: 0, acted: 0, failed: 0 };

/** `before` and what `now` has counted more than `start`. */
export function added(before: Counts, start: Counts, now: Counts): Counts {
  const oldest = earlier(before.oldest, now.oldest);
  return {
    examined: before.examined + now.examined - start.examined,
    acted: before.acted + now.acted - start.acted,
    failed: before.failed + now.failed - start.failed,
    ...(oldest === undefined ? {} : { oldest }),
  };
}

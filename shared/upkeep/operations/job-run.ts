import type { LogFields } from "../../log.ts";
import type { Bounds } from "./bounds.ts";
import { Tally } from "./tally.ts";

/** Takes structured lines; operations know no logger. */
export type JobLog = (level: "info" | "error", message: string, fields: LogFields) => void;

export type Evidence = Readonly<Record<string, unknown>>;

/** Something a job looks at. */
export interface Subject {
  /** E.g. `transfer`. */
  readonly kind: string;
  readonly id: string;
  /** ISO 8601: since when it is unfinished; absent when it is in order until the opposite is found. */
  readonly since?: string;
}

export interface Decision {
  /** E.g. `release`. */
  readonly what: string;
  readonly why: string;
  readonly evidence: Evidence;
  /** Makes the change; false when there was nothing left to change. */
  readonly act: () => Promise<unknown>;
}

/** The job's reason to do nothing any more until an operator says so; ends the run. */
export class JobStops extends Error {
  readonly evidence: Readonly<Record<string, string | number>>;
  constructor(reason: string, evidence: Readonly<Record<string, string | number>>) {
    super(reason);
    this.evidence = evidence;
  }
}

export interface JobRunOptions {
  readonly job: string;
  readonly bounds: Bounds;
  /** Decide and say everything, change nothing. */
  readonly dryRun: boolean;
  /** An operator asked for this run: begin a pass that is not due yet. */
  readonly now: boolean;
  readonly log: JobLog;
}

/**
 * One run of a job. All that a job changes goes through `consider`, which counts, logs one line a decision, keeps
 * one bad thing from stopping the run, and leaves out the change in a dry run.
 */
export class JobRun {
  readonly tally = new Tally();
  readonly bounds: Bounds;
  readonly dryRun: boolean;
  readonly now: boolean;
  #wouldAct = 0;
  #wouldStop: string | undefined;
  #isUnfinished = false;
  #waits: string | undefined;
  readonly #job: string;
  readonly #log: JobLog;

  constructor({ job, bounds, dryRun, now, log }: JobRunOptions) {
    this.bounds = bounds;
    this.dryRun = dryRun;
    this.now = now;
    this.#job = job;
    this.#log = log;
  }

  get wouldAct(): number {
    return this.#wouldAct;
  }

  get isUnfinished(): boolean {
    return this.#isUnfinished;
  }

  /** Says in the result that another run is needed for the rest. */
  leavesRest(): void {
    this.#isUnfinished = true;
  }

  /** What this run waits for, which others have to bring about. */
  get waits(): string | undefined {
    return this.#waits;
  }

  /** Says in the result what the run leaves alone until then, and why. */
  waitsFor(reason: string, evidence: Evidence): void {
    this.#waits = reason;
    this.say("wait", { why: reason, evidence });
  }

  /** Why a dry run would have stopped the job. */
  get wouldStop(): string | undefined {
    return this.#wouldStop;
  }

  /**
   * Looks at one thing and does what `judge` decides; undefined leaves it alone. An error is counted and logged.
   * Returns whether something was changed (in a dry run: would have been).
   */
  async consider(subject: Subject, judge: () => Promise<Decision | undefined>): Promise<boolean> {
    this.tally.saw(subject.since);
    try {
      const decision = await judge();
      if (!decision) return false;
      const { what, why, evidence, act } = decision;
      const acted = this.dryRun || (await act()) !== false;
      if (acted && this.dryRun) this.#wouldAct++;
      if (acted && !this.dryRun) this.tally.acted++;
      const result = this.dryRun ? "dry run" : acted ? "done" : "nothing left to do";
      this.say(what, { subject, why, evidence, result });
      return acted;
    } catch (error) {
      this.tally.failed++;
      this.#log("error", "failed", { job: this.#job, subject, error });
      return false;
    }
  }

  /** One line about something that changes nothing. */
  say(decision: string, fields: LogFields): void {
    this.#log("info", "decided", { job: this.#job, decision, ...fields });
  }

  /** Stops the job until an operator releases it. A dry run says so and goes on. */
  stop(reason: string, evidence: Readonly<Record<string, string | number>>): void {
    if (!this.dryRun) throw new JobStops(reason, evidence);
    this.#wouldStop ??= reason;
    this.say("stop", { why: reason, evidence, result: "dry run" });
  }
}

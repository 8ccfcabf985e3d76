/** Why a job has stopped itself. */
export interface Stop {
  /** For people. */
  readonly reason: string;
  /** ISO 8601. */
  readonly since: string;
  /** The figures behind the reason. */
  readonly evidence: Readonly<Record<string, string | number>>;
  readonly released_at?: never;
}

export interface Release extends Omit<Stop, "released_at"> {
  /** ISO 8601: when an operator let the job go on. */
  readonly released_at: string;
}

/**
 * Switches of jobs, by the job's name. A job that has stopped itself stays stopped, over deployments too, until an
 * operator releases it. Reads are strongly consistent.
 */
export interface Switches {
  /** Undefined: it was never stopped, or the release was used up. A release is kept with what it answered. */
  find(job: string): Promise<Stop | Release | undefined>;
  /** The first reason stays: stopping what is stopped changes nothing. */
  stop(job: string, stop: Stop): Promise<void>;
  /** Returns what it released; undefined when the job was not stopped. */
  release(job: string, at: string): Promise<Release | undefined>;
  /** Forgets a release that was used up; a stop stays. Idempotent. */
  forget(job: string): Promise<void>;
}

export const isStopped = (found: Stop | Release | undefined): found is Stop =>
  found !== undefined && found.released_at === undefined;

/** What a job is told when it is fired: `{"job":"reaper"}` by its schedule, the flags by an operator. */
export interface JobFlags {
  /** Say what would be done, and change nothing. */
  readonly dryRun: boolean;
  /** Let a job that has stopped itself go on, and do nothing else. */
  readonly release: boolean;
  /** Begin a pass that is not due yet. */
  readonly now: boolean;
}

const flagNames = ["dry_run", "release", "now"] as const;

/**
 * The flags of an event for the job of this name. Throws for anything it does not know: a misspelled `dry_run`
 * must not become a real run.
 */
export function readJobEvent(event: unknown, job: string): JobFlags {
  const fields = Object.entries(event ?? {});
  const flags = new Map<string, boolean>();
  for (const [name, value] of fields) {
    if (name === "job" && value === job) continue;
    if (!flagNames.some((flag) => flag === name) || typeof value !== "boolean") {
      throw new Error(
        `${JSON.stringify({ [name]: value })} is not understood: expected {"job":"${job}"} with any of ` +
          flagNames.map((flag) => `"${flag}":true`).join(", "),
      );
    }
    flags.set(name, value);
  }
  return {
    dryRun: flags.get("dry_run") ?? false,
    release: flags.get("release") ?? false,
    now: flags.get("now") ?? false,
  };
}

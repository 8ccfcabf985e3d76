import { Bounds } from "../../../shared/upkeep/operations/bounds.ts";
import { JobRun } from "../../../shared/upkeep/operations/job-run.ts";

export interface LogLine {
  readonly level: "info" | "error";
  readonly message: string;
  readonly [field: string]: unknown;
}

/** A run of a job with all the time in the world, and the lines that it logs. */
export function aRun(options: { hasTime?: () => boolean; dryRun?: boolean; now?: boolean } = {}) {
  const { hasTime = () => true, dryRun = false, now = false } = options;
  const lines: LogLine[] = [];
  const run = new JobRun({
    job: "test",
    bounds: new Bounds({ hasTime }),
    dryRun,
    now,
    log: (level, message, fields) => lines.push({ ...fields, level, message }),
  });
  return { run, lines };
}

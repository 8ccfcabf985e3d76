import type { Context } from "aws-lambda";
import { systemClock as clock } from "../../shared/clock.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { dynamodbSwitches } from "../../shared/upkeep/adapters/dynamodb/switches.ts";
import type { RunLimits } from "../../shared/upkeep/operations/bounds.ts";
import { readJobEvent } from "../../shared/upkeep/operations/job-event.ts";
import { type Job, runJob } from "../../shared/upkeep/operations/run-job.ts";
import type { JobResult } from "../../shared/upkeep/operations/tally.ts";
import { table } from "./table.ts";

/** Enough to finish a page, to save its place and to answer. */
const HAND_OVER_MS = 15_000;

export interface HandledJob extends Job, Pick<RunLimits, "objects" | "bytes"> {
  /** The job's `…_dry_run` setting. */
  readonly dryRun?: boolean;
}

/** The handler of a function under functions/upkeep: its event, its switch, its time and its log. */
export function upkeepJob({ dryRun = false, objects, bytes, ...job }: HandledJob) {
  const logger = createLogger(job.name);
  const run = runJob({ switches: dynamodbSwitches(...table()), clock });
  const limits = { ...(objects && { objects }), ...(bytes && { bytes }) };

  return async (event: unknown, context: Context): Promise<JobResult> => {
    const flags = readJobEvent(event, job.name);
    return run(job, {
      ...flags,
      dryRun: flags.dryRun || (dryRun && !flags.release),
      limits: { ...limits, hasTime: () => context.getRemainingTimeInMillis() > HAND_OVER_MS },
      log: (level, message, fields) => logger[level](message, fields),
    });
  };
}

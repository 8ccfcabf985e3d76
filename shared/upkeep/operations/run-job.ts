import type { Clock } from "../../clock.ts";
import { CheckpointMoved } from "../ports/checkpoints.ts";
import { isStopped, type Switches } from "../ports/switches.ts";
import { Bounds, type RunLimits } from "./bounds.ts";
import type { JobFlags } from "./job-event.ts";
import { type JobLog, JobRun, JobStops } from "./job-run.ts";
import { type JobResult, noCounts } from "./tally.ts";

export interface Job {
  readonly name: string;
  /** One run. Every change goes through `run.consider`; CheckpointMoved and JobStops may come through. */
  readonly run: (run: JobRun) => Promise<void>;
  /** Prepares the job for going on, before an operator's release counts. Idempotent. */
  readonly onRelease?: () => Promise<void>;
}

export interface JobPorts {
  readonly switches: Switches;
  readonly clock: Clock;
}

export interface JobRequest extends JobFlags {
  readonly limits: RunLimits;
  readonly log: JobLog;
}

/**
 * Runs a job once: not when it has stopped itself (a dry run may still look), with one line for the result. Safe
 * to run twice at once when the job's acts are idempotent.
 */
export const runJob =
  ({ switches, clock }: JobPorts) =>
  async (job: Job, request: JobRequest): Promise<JobResult> => {
    const { log, dryRun } = request;
    const answer = (level: "info" | "error", message: string, result: JobResult): JobResult => {
      const { oldest } = result;
      // A number, for metrics: how long the oldest unfinished thing has waited.
      const waited = oldest === undefined ? 0 : clock().getTime() - Date.parse(oldest);
      log(level, message, { job: job.name, ...result, oldest_seconds: Math.round(waited / 1000) });
      return result;
    };

    const found = await switches.find(job.name);
    const stop = isStopped(found) ? found : undefined;
    if (request.release) {
      if (!stop) return answer("info", "result", { ...noCounts, released: null });
      if (dryRun) throw new Error("a release cannot be a dry run: leave out one of the two flags");
      await job.onRelease?.();
      const released = await switches.release(job.name, clock().toISOString());
      return answer("info", "released", { ...noCounts, released: released?.reason ?? null });
    }
    if (stop && !dryRun) return answer("error", "stopped", { ...noCounts, stopped: stop.reason });

    const run = new JobRun({ ...request, job: job.name, bounds: new Bounds(request.limits) });
    const result = (stopped: string | undefined): JobResult => ({
      ...run.tally.counts(),
      ...(dryRun ? { dry_run: true, would_act: run.wouldAct } : {}),
      ...(run.isUnfinished ? { unfinished: true as const } : {}),
      ...(run.waits === undefined ? {} : { waits: run.waits }),
      ...(stopped === undefined ? {} : { stopped }),
    });
    try {
      await job.run(run);
    } catch (error) {
      if (error instanceof JobStops) {
        const { message: reason, evidence } = error;
        await switches.stop(job.name, { reason, evidence, since: clock().toISOString() });
        return answer("error", "stopped", result(reason));
      }
      if (!(error instanceof CheckpointMoved)) throw error;
      run.say("leave the pass to the other run", { why: error.message });
    }
    return answer("info", "result", result(dryRun ? (run.wouldStop ?? stop?.reason) : undefined));
  };

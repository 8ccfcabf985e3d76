import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { FunctionPool } from "../functions/function-pool.ts";
import type { Outcome } from "../functions/invocation.ts";
import type { InvokeAsynchronously } from "../functions/invoke-asynchronously.ts";
import type { Judge, Principal } from "../iam/principal.ts";
import { pseudoParameters } from "../template/pseudo-parameters.ts";
import type { ScheduleDefinition } from "../template/schedules.ts";
import { parseExpression } from "./expression.ts";

/** A schedule with all it takes to fire it. */
export interface Job {
  readonly schedule: ScheduleDefinition;
  readonly pool: FunctionPool;
  /** Stands for the schedule's role. */
  readonly principal: Principal;
}

export interface SchedulerOptions {
  readonly jobs: readonly Job[];
  readonly judge: Judge;
  readonly clock: Clock;
  /** By the clock nobody waits for the outcome; who fires a job does. */
  readonly invokeLater: InvokeAsynchronously;
  /** A run by the clock failed, or could not be started. */
  readonly onFailure: (job: string, reason: string) => void;
}

/** What an operator adds to a job's event, e.g. `{"dry_run":true}`. */
export type EventMembers = Readonly<Record<string, unknown>>;

export interface Scheduler {
  /** The names under which jobs can be fired. */
  readonly names: readonly string[];
  /** Fires a job at once, with more members in its event; undefined for an unknown name. */
  fire(name: string, more?: EventMembers): Promise<Outcome> | undefined;
  stop(): void;
}

/** Longest delay of a timer (2^31 - 1 ms); what is later is looked at again. */
const longestTimer = 2 ** 31 - 1;

/** Fires enabled schedules by the clock and any of them on demand. Throws for an expression it does not understand. */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const { jobs, judge, clock, invokeLater, onFailure } = options;
  const timers = new Map<string, NodeJS.Timeout>();
  const invoke = async (
    { schedule, principal }: Job,
    call: (event: string) => Promise<Outcome>,
  ): Promise<Outcome> => {
    if (!judge.allows(principal, "lambda:InvokeFunction", schedule.functionArn)) {
      const errorMessage = `${principal.arn} is not authorized to perform: lambda:InvokeFunction on ${schedule.functionArn}`;
      return { ok: false, error: { errorType: "AccessDeniedException", errorMessage } };
    }
    return call(eventOf(schedule, clock()));
  };
  const fire = (job: Job, more?: EventMembers): Promise<Outcome> =>
    invoke(job, (event) =>
      job.pool.invoke(more ? JSON.stringify({ ...JSON.parse(event), ...more }) : event, "asynchronous"),
    );

  for (const job of jobs) {
    const { job: name, expression, enabled } = job.schedule;
    const next = parseExpression(expression, clock());
    const arm = (at: number): void => {
      const run = async (): Promise<void> => {
        if (clock() < at) return arm(at);
        arm(next(clock()));
        const outcome = await invoke(job, (event) => invokeLater(job.pool, event));
        if (!outcome.ok) onFailure(name, outcome.error.errorMessage);
      };
      timers.set(name, setTimeout(run, Math.min(longestTimer, Math.max(0, at - clock()))).unref());
    };
    if (enabled) arm(next(clock()));
  }

  return {
    names: jobs.map(({ schedule }) => schedule.job).sort(),
    fire: (name, more) => {
      const job = jobs.find(({ schedule }) => schedule.job === name);
      return job && fire(job, more);
    },
    stop: () => {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

/** The target's input with Scheduler's own variables filled in, or Scheduler's standard event. */
function eventOf({ input, arn }: ScheduleDefinition, now: number): string {
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
  const id = randomUUID();
  if (input === undefined) {
    return JSON.stringify({
      version: "0",
      id,
      "detail-type": "Scheduled Event",
      source: "aws.scheduler",
      account: pseudoParameters.accountId,
      time,
      region: pseudoParameters.region,
      resources: [arn],
      detail: "{}",
    });
  }
  return input
    .replaceAll("<aws.scheduler.schedule-arn>", arn)
    .replaceAll("<aws.scheduler.scheduled-time>", time)
    .replaceAll("<aws.scheduler.execution-id>", id)
    .replaceAll("<aws.scheduler.attempt-number>", "1");
}

import { CfnEventInvokeConfig } from "aws-cdk-lib/aws-lambda";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { JobEntry } from "../functions/entry.ts";
import type { JobName } from "../functions/functions.ts";
import { rhythmOf } from "../functions/job-rhythm.ts";
import type { FunctionContext } from "./function-context.ts";
import { GlanceFunction } from "./glance-function.ts";
import { LogAlarm, type LogAlarmProps, METRICS } from "./log-alarm.ts";
import { Schedule } from "./schedule.ts";

/** Lambda takes 60 to 21,600 seconds. */
const LONGEST_WAIT_SECONDS = 3600;

/** `auditor-deep` -> `AuditorDeep`. */
const constructId = (job: string): string =>
  job.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** An upkeep function with its schedule, and with metrics and alarms made of its log lines. */
export class UpkeepJob extends Construct {
  constructor(
    scope: Construct,
    job: JobName,
    entry: JobEntry,
    { context, deadLetters }: { readonly context: FunctionContext; readonly deadLetters: IQueue },
  ) {
    super(scope, constructId(job));
    const { stopsItself, alarms = [] } = entry;
    const { everyMinutes, isOff } = rhythmOf(entry, context.settings);
    const target = new GlanceFunction(this, `upkeep/${job}`, { ...context, failures: deadLetters });
    // The next run goes on where this one ended: none is repeated, or kept for a time when that one is due.
    new CfnEventInvokeConfig(this, "Asynchronous", {
      functionName: target.lambda.functionName,
      qualifier: "$LATEST",
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: Math.min(everyMinutes * 60, LONGEST_WAIT_SECONDS),
      destinationConfig: { onFailure: { destination: deadLetters.queueArn } },
    });
    new Schedule(this, "Schedule", { job, everyMinutes, target, deadLetters, isOff });
    this.#resultMetrics(target);
    const stopped: Omit<LogAlarmProps, "log"> = {
      field: "message",
      says: "stopped",
      metric: `${job}-stopped`,
      description: `The job ${job} has stopped itself: its log says why, docs/operations.md what to do.`,
    };
    for (const alarm of [...(stopsItself ? [stopped] : []), ...alarms])
      new LogAlarm(this, alarm.metric, { log: target.log, ...alarm });
  }

  /** Of the result line: what failed, and how long the oldest unfinished thing has waited. No trouble, no point. */
  #resultMetrics({ log: logGroup }: GlanceFunction): void {
    for (const [field, metricName] of [
      ["oldest_seconds", "OldestPending"],
      ["failed", "Failed"],
    ] as const) {
      new MetricFilter(this, metricName, {
        logGroup,
        filterPattern: FilterPattern.all(
          FilterPattern.stringValue("$.message", "=", "result"),
          FilterPattern.numberValue(`$.${field}`, ">", 0),
        ),
        metricNamespace: METRICS,
        metricName,
        metricValue: `$.${field}`,
        dimensions: { job: "$.job" },
      });
    }
  }
}

import { Duration, Stack, Validations } from "aws-cdk-lib";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { decisionAlarm } from "../constructs/decision-alarm.ts";
import { type FunctionContext, GlanceFunction } from "../constructs/glance-function.ts";
import { jobAlarm } from "../constructs/job-alarm.ts";
import { jobMetrics } from "../constructs/job-metrics.ts";
import { Schedule } from "../constructs/schedule.ts";
import { WaitingAlarm } from "../constructs/waiting-alarm.ts";
import { deadLetterQueue } from "../constructs/work-queue.ts";

const updaters = {
  IndexRebuild: "index-rebuild",
  UsageRecount: "usage-recount",
  ItemMigration: "item-migration",
} as const;

/** The jobs that run by the clock. */
export class UpkeepStack extends Stack {
  constructor(scope: Construct, id: string, context: FunctionContext) {
    super(scope, id, { description: "Image service: scheduled jobs" });
    const deadLetters = deadLetterQueue(this, "ScheduleDeadLetters");
    Validations.of(deadLetters).acknowledge({
      id: "AwsSolutions::AwsSolutions-SQS3",
      reason: "It is the dead-letter queue of the schedules, which the rule does not look at.",
    });
    // Ends before the next run is due, so that two seldom work at once (they may: jobs are idempotent).
    const reaper = new GlanceFunction(
      this,
      "upkeep/reaper",
      { memoryMegabytes: 512, timeoutSeconds: 240 },
      context,
    );
    new Schedule(this, "Reaper", { job: "reaper", everyMinutes: 5, target: reaper, deadLetters });
    jobAlarm(reaper, "reaper");

    const outbox = new GlanceFunction(
      this,
      "upkeep/outbox",
      { memoryMegabytes: 256, timeoutSeconds: 55 },
      context,
    );
    new Schedule(this, "Outbox", { job: "outbox", everyMinutes: 1, target: outbox, deadLetters });
    new WaitingAlarm(this, "NotificationsWait", {
      job: outbox,
      message: "notifications wait",
      metric: "NotificationsWaitingSeconds",
      limit: Duration.hours(1),
    });
    jobMetrics(reaper);
    const scrubber = new GlanceFunction(
      this,
      "upkeep/scrubber",
      { memoryMegabytes: 512, timeoutSeconds: 240 },
      context,
    );
    new Schedule(this, "Scrubber", { job: "scrubber", everyMinutes: 5, target: scrubber, deadLetters });
    jobMetrics(scrubber);
    const purge = new GlanceFunction(
      this,
      "upkeep/purge",
      { memoryMegabytes: 512, timeoutSeconds: 900 },
      context,
    );
    new Schedule(this, "Purge", { job: "purge", everyMinutes: 24 * 60, target: purge, deadLetters });
    jobMetrics(purge);
    this.#deepAuditor(context, deadLetters);
    this.#recordJobs(context, deadLetters);
  }

  /** One full processor core, as hashing is most of what it does; two runs overlap for a moment at most. */
  #deepAuditor(context: FunctionContext, deadLetters: IQueue): void {
    const job = "auditor-deep";
    const auditor = new GlanceFunction(
      this,
      `upkeep/${job}`,
      { memoryMegabytes: 1769, timeoutSeconds: 890 },
      context,
    );
    new Schedule(this, "AuditorDeep", { job, everyMinutes: 15, target: auditor, deadLetters });
    jobAlarm(auditor, job);
    decisionAlarm(auditor, {
      job,
      decision: "findings",
      metric: "findings",
      value: "$.count",
      description: "Stored bytes are damaged: imagectl audit lists them, docs/operations.md says what to do.",
    });
    decisionAlarm(auditor, {
      job,
      decision: "interval not kept",
      metric: "interval-not-kept",
      value: "1",
      description:
        "Not all bytes are read again within audit_deep_interval: raise audit_deep_bytes_per_second.",
    });
  }

  /** Jobs that walk over all records. Only the auditor does so by itself; the others wait for an operator. */
  #recordJobs(context: FunctionContext, deadLetters: IQueue): void {
    const size = { memoryMegabytes: 512, timeoutSeconds: 890 };
    const job = "auditor-light";
    const auditor = new GlanceFunction(this, `upkeep/${job}`, size, context);
    new Schedule(this, "AuditorLight", { job, everyMinutes: 60, target: auditor, deadLetters });
    jobAlarm(auditor, job);
    decisionAlarm(auditor, {
      job,
      decision: "findings",
      metric: "findings",
      value: "$.count",
      description:
        "Records or bytes are damaged: imagectl audit lists them, docs/operations.md says what to do.",
    });
    for (const [id, updater] of Object.entries(updaters)) {
      const target = new GlanceFunction(this, `upkeep/${updater}`, size, context);
      new Schedule(this, id, { job: updater, everyMinutes: 60, target, deadLetters, onDemand: true });
    }
  }
}

import { Duration, Stack, Validations } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { type FunctionContext, GlanceFunction } from "../constructs/glance-function.ts";
import { jobAlarm } from "../constructs/job-alarm.ts";
import { jobMetrics } from "../constructs/job-metrics.ts";
import { Schedule } from "../constructs/schedule.ts";
import { WaitingAlarm } from "../constructs/waiting-alarm.ts";
import { deadLetterQueue } from "../constructs/work-queue.ts";

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
  }
}

import { Duration, Stack, Validations } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { checksumRole } from "../constructs/checksum-role.ts";
import type { FunctionContext } from "../constructs/glance-function.ts";
import { type JobName, UpkeepJob, type UpkeepJobProps } from "../constructs/upkeep-job.ts";
import { deadLetterQueue } from "../constructs/work-queue.ts";

/** A run ends before the next one is due, so that two seldom work at once (they may: jobs are idempotent). */
const small = { memoryMegabytes: 512, timeoutSeconds: 240 } as const;
/** For walks over much: as long as a function may last, less a little. */
const long = { memoryMegabytes: 512, timeoutSeconds: 890 } as const;

const findings = (job: JobName, description: string) =>
  ({
    field: "decision",
    says: "findings",
    metric: `${job}-findings`,
    value: "$.count",
    description,
  }) as const;

const jobs: Readonly<Record<JobName, UpkeepJobProps>> = {
  reaper: { ...small, everyMinutes: 5, stopsItself: true },
  scrubber: { ...small, everyMinutes: 5 },
  purge: { ...long, everyMinutes: 24 * 60 },
  outbox: {
    memoryMegabytes: 256,
    timeoutSeconds: 55,
    everyMinutes: 1,
    alarms: [
      {
        field: "message",
        says: "notifications wait",
        metric: "outbox-waiting-seconds",
        value: "$.waiting_seconds",
        waiting: Duration.hours(1),
        description: "Notifications have not been delivered for an hour: see docs/operations.md.",
      },
    ],
  },
  "auditor-light": {
    ...long,
    everyMinutes: 60,
    stopsItself: true,
    alarms: [
      findings(
        "auditor-light",
        "Records or bytes are damaged: imagectl audit lists them, docs/operations.md says what to do.",
      ),
    ],
  },
  "auditor-deep": {
    // One full processor core, as hashing is most of what it does.
    ...long,
    memoryMegabytes: 1769,
    everyMinutes: 15,
    stopsItself: true,
    alarms: [
      findings(
        "auditor-deep",
        "Stored bytes are damaged: imagectl audit lists them, docs/operations.md says what to do.",
      ),
      {
        field: "decision",
        says: "interval not kept",
        metric: "auditor-deep-interval-not-kept",
        description:
          "Not all bytes are read again within audit_deep_interval: raise audit_deep_bytes_per_second.",
      },
    ],
  },
  "index-rebuild": { ...long, everyMinutes: 60, onDemand: true },
  "usage-recount": { ...long, everyMinutes: 60, onDemand: true },
  "item-migration": { ...long, everyMinutes: 60, onDemand: true },
};

/** The jobs that run by the clock, and those that wait for an operator. */
export class UpkeepStack extends Stack {
  constructor(scope: Construct, id: string, context: FunctionContext) {
    super(scope, id, { description: "Image service: scheduled jobs" });
    const deadLetters = deadLetterQueue(this, "ScheduleDeadLetters");
    Validations.of(deadLetters).acknowledge({
      id: "AwsSolutions::AwsSolutions-SQS3",
      reason: "It is the dead-letter queue of the schedules, which the rule does not look at.",
    });
    const asksForChecksums = context.settings.audit_deep_engine === "s3-batch";
    const jobContext: FunctionContext = {
      ...context,
      ...(asksForChecksums && { checksumRole: checksumRole(this, "ChecksumRole", context.bucket) }),
    };
    for (const [job, props] of Object.entries(jobs) as [JobName, UpkeepJobProps][])
      new UpkeepJob(this, job, props, { context: jobContext, deadLetters });
  }
}

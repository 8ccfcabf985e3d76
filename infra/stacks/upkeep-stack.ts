import { Stack, Validations } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { checksumRole } from "../constructs/checksum-role.ts";
import type { FunctionContext } from "../constructs/function-context.ts";
import { UpkeepJob } from "../constructs/upkeep-job.ts";
import { deadLetterQueue } from "../constructs/work-queue.ts";
import { jobEntries } from "../functions/functions.ts";

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
      ...(asksForChecksums && { checksumRole: checksumRole(this, "ChecksumRole", context.stores.first) }),
    };
    for (const [job, entry] of jobEntries())
      new UpkeepJob(this, job, entry, { context: jobContext, deadLetters });
  }
}

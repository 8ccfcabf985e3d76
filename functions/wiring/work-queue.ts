import { SQSClient } from "@aws-sdk/client-sqs";
import { sqsWorkQueue } from "../../shared/adapters/sqs/work-queue.ts";
import { environment } from "../../shared/environment.ts";
import type { WorkQueue } from "../../shared/ports/work-queue.ts";

const urlNames = {
  finalize: "finalizeQueueUrl",
  remove: "deleteQueueUrl",
  notify: "notifyQueueUrl",
} as const;

export const workQueue = (): WorkQueue =>
  sqsWorkQueue(new SQSClient({ maxAttempts: 6 }), (queue) => environment(urlNames[queue]));

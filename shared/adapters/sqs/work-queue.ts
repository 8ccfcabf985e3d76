import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { WorkQueue } from "../../ports/work-queue.ts";

export type QueueName = "finalize" | "remove";

/** The work queues on SQS. The SDK's retries are all: a caller that must be sure does not go on without them. */
export function sqsWorkQueue(client: SQSClient, urlOf: (queue: QueueName) => string): WorkQueue {
  const send = async (queue: QueueName, message: unknown, DelaySeconds: number) => {
    const MessageBody = JSON.stringify(message);
    await client.send(new SendMessageCommand({ QueueUrl: urlOf(queue), MessageBody, DelaySeconds }));
  };
  return {
    finalize: (message, delaySeconds) => send("finalize", message, delaySeconds),
    remove: (message) => send("remove", message, 0),
  };
}

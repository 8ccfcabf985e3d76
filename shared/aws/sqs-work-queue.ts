import { createHash } from "node:crypto";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { QueueName, WorkQueue } from "./work-queue.ts";

/** No request waits longer for a hint that it can do without. */
const HINT_MS = 500;

/** Ids of projects are any text; those of groups are not. */
const groupId = (project: string): string => createHash("sha256").update(project).digest("hex");

/** The work queues on SQS. The SDK's retries are all: a caller that must be sure does not go on without them. */
export function sqsWorkQueue(client: SQSClient, urlOf: (queue: QueueName) => string): WorkQueue {
  const send = async (
    queue: QueueName,
    message: unknown,
    DelaySeconds: number,
    { abortSignal, group }: { readonly abortSignal?: AbortSignal; readonly group?: string } = {},
  ) => {
    const MessageBody = JSON.stringify(message);
    const command = new SendMessageCommand({
      ...{ QueueUrl: urlOf(queue), MessageBody, DelaySeconds },
      ...(group !== undefined && { MessageGroupId: groupId(group) }),
    });
    await client.send(command, abortSignal && { abortSignal });
  };
  return {
    finalize: (message, delaySeconds) => send("finalize", message, delaySeconds),
    readSource: (message, delaySeconds) => send("sources", message, delaySeconds),
    place: (message, delaySeconds) => send("place", message, delaySeconds),
    deleteBytes: (message) => send("delete", message, 0),
    cache: (message, delaySeconds) => send("cache", message, delaySeconds),
    copy: (message, delaySeconds) => send("copy", message, delaySeconds),
    import: (message, delaySeconds) => send("import", message, delaySeconds),
    fetch: (message, delaySeconds) =>
      send("fetch", message, delaySeconds, message.project === undefined ? {} : { group: message.project }),
    convert: (message) =>
      send("convert", message, 0, message.project === undefined ? {} : { group: message.project }),
    notify: (message) => send("notify", message, 0, { abortSignal: AbortSignal.timeout(HINT_MS) }),
  };
}

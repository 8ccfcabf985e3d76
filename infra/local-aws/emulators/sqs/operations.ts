import { createHash } from "node:crypto";
import type { Faults } from "../../faults.ts";
import { AwsFailure } from "../aws-failure.ts";
import {
  type BatchEntry,
  batchEntries,
  bounded,
  type Input,
  messageBody,
  messageGroup,
  textParameter,
} from "./parameters.ts";
import { longestVisibilitySeconds, type Queue, type ReceivedMessage } from "./queue.ts";

export type SqsAnswer = Record<string, unknown>;
type Operation = (
  queue: Queue,
  input: Input,
  faults: Faults,
  trace?: string,
) => Promise<SqsAnswer> | SqsAnswer;

export interface OfferedOperation {
  /** The IAM action; batches have none of their own. */
  readonly action: string;
  readonly perform: Operation;
}

/** Largest batch, all bodies together (SQS quotas). */
const maxBatchBytes = 1_048_576;

const md5 = (value: string): string => createHash("md5").update(value).digest("hex");

async function send(queue: Queue, input: Input, faults: Faults, trace?: string): Promise<SqsAnswer> {
  const { definition } = queue;
  const body = messageBody(input, definition.maximumMessageBytes);
  const delay = bounded(input, "DelaySeconds", 0, 900, definition.delaySeconds);
  // A late message: SQS promises no time of delivery.
  const late = faults.pick(["late"]) ? 1 + Math.floor(faults.random() * 10) : 0;
  const group = messageGroup(input);
  const tags = { ...(trace !== undefined && { traceHeader: trace }), ...(group !== undefined && { group }) };
  return { MessageId: await queue.send(body, delay + late, tags), MD5OfMessageBody: md5(body) };
}

async function receive(queue: Queue, input: Input, faults: Faults): Promise<SqsAnswer> {
  const { definition } = queue;
  const wanted = [input.MessageSystemAttributeNames ?? [], input.AttributeNames ?? []].flat().map(String);
  const messages = await queue.receive(
    bounded(input, "MaxNumberOfMessages", 1, 10, 1),
    bounded(input, "VisibilityTimeout", 0, longestVisibilitySeconds, definition.visibilityTimeoutSeconds),
    bounded(input, "WaitTimeSeconds", 0, 20, definition.receiveWaitSeconds),
    faults.pick(["duplicate"]) !== undefined,
  );
  return messages.length === 0 ? {} : { Messages: messages.map((message) => received(message, wanted)) };
}

function received(message: ReceivedMessage, wanted: readonly string[]): SqsAnswer {
  const attributes = Object.entries({
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    SenderId: "local",
    ...(message.group !== undefined && { MessageGroupId: message.group }),
    ...(message.traceHeader !== undefined && { AWSTraceHeader: message.traceHeader }),
  }).filter(([name]) => wanted.includes("All") || wanted.includes(name));
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(attributes.length > 0 && { Attributes: Object.fromEntries(attributes) }),
  };
}

async function remove(queue: Queue, input: Input): Promise<SqsAnswer> {
  await queue.delete(textParameter(input, "ReceiptHandle"));
  return {};
}

/** Entry by entry: what fails is listed under `Failed` and stops nobody else. */
async function batch(input: Input, perform: (entry: BatchEntry) => Promise<SqsAnswer>): Promise<SqsAnswer> {
  const [Successful, Failed]: [SqsAnswer[], SqsAnswer[]] = [[], []];
  for (const entry of batchEntries(input)) {
    try {
      Successful.push({ Id: entry.Id, ...(await perform(entry)) });
    } catch (error) {
      if (!(error instanceof AwsFailure)) throw error;
      Failed.push({
        Id: entry.Id,
        Code: error.code,
        Message: error.message,
        SenderFault: error.status < 500,
      });
    }
  }
  return { Successful, ...(Failed.length > 0 && { Failed }) };
}

function sendBatch(queue: Queue, input: Input, faults: Faults, trace?: string): Promise<SqsAnswer> {
  const bytes = batchEntries(input).reduce(
    (sum, entry) => sum + Buffer.byteLength(String(entry.MessageBody)),
    0,
  );
  if (bytes > maxBatchBytes) {
    throw new AwsFailure(
      "BatchRequestTooLong",
      `Batch requests cannot be longer than ${maxBatchBytes} bytes.`,
    );
  }
  return batch(input, (entry) => send(queue, entry, faults, trace));
}

function changeVisibility(queue: Queue, input: Input): SqsAnswer {
  if (input.VisibilityTimeout === undefined) {
    throw new AwsFailure("MissingParameter", "The request must contain the parameter VisibilityTimeout.");
  }
  const seconds = bounded(input, "VisibilityTimeout", 0, longestVisibilitySeconds, 0);
  queue.changeVisibility(textParameter(input, "ReceiptHandle"), seconds);
  return {};
}

function attributes(queue: Queue, input: Input): SqsAnswer {
  const { definition } = queue;
  const counts = queue.counts();
  const wanted = [input.AttributeNames ?? []].flat().map(String);
  const all = {
    QueueArn: definition.arn,
    ApproximateNumberOfMessages: counts.visible,
    ApproximateNumberOfMessagesNotVisible: counts.inFlight,
    ApproximateNumberOfMessagesDelayed: counts.delayed,
    DelaySeconds: definition.delaySeconds,
    VisibilityTimeout: definition.visibilityTimeoutSeconds,
    MessageRetentionPeriod: definition.retentionSeconds,
    MaximumMessageSize: definition.maximumMessageBytes,
    ReceiveMessageWaitTimeSeconds: definition.receiveWaitSeconds,
  };
  const chosen = Object.entries(all).filter(([name]) => wanted.includes("All") || wanted.includes(name));
  return { Attributes: Object.fromEntries(chosen.map(([name, value]) => [name, String(value)])) };
}

/** What is offered; everything else is an unknown operation. */
export const sqsOperations: Readonly<Record<string, OfferedOperation>> = {
  SendMessage: { action: "sqs:SendMessage", perform: send },
  SendMessageBatch: { action: "sqs:SendMessage", perform: sendBatch },
  ReceiveMessage: { action: "sqs:ReceiveMessage", perform: receive },
  DeleteMessage: { action: "sqs:DeleteMessage", perform: remove },
  DeleteMessageBatch: {
    action: "sqs:DeleteMessage",
    perform: (queue, input) => batch(input, (entry) => remove(queue, entry)),
  },
  ChangeMessageVisibility: { action: "sqs:ChangeMessageVisibility", perform: changeVisibility },
  GetQueueAttributes: { action: "sqs:GetQueueAttributes", perform: attributes },
  GetQueueUrl: { action: "sqs:GetQueueUrl", perform: (queue) => ({ QueueUrl: queue.definition.url }) },
};

import { SQSClient } from "@aws-sdk/client-sqs";
import { boundedClient } from "../../shared/aws/bounded-waits.ts";
import { postponeMessage } from "../../shared/aws/postpone-message.ts";
import { sqsWorkQueue } from "../../shared/aws/sqs-work-queue.ts";
import type { QueueName, WorkQueue } from "../../shared/aws/work-queue.ts";
import { environment } from "../../shared/environment.ts";

const urlOf = (queue: QueueName): string => environment(`${queue}QueueUrl`);

const client = () => boundedClient(SQSClient, { maxAttempts: 6 });

export const workQueue = (): WorkQueue => sqsWorkQueue(client(), urlOf);

/** Postpones messages of the queue that a worker is fed from. */
export const postponeIn = (queue: QueueName) => postponeMessage(client(), urlOf(queue));

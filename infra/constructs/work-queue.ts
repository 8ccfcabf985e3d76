import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

// A dead letter keeps the age it had: with the same retention in both queues the oldest would be lost at once.
const WORK_RETENTION = Duration.days(4);
const DEAD_LETTER_RETENTION = Duration.days(14);
const encrypted = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const;

/** A queue that keeps what could not be done, for an operator to look at. */
export const deadLetterQueue = (scope: Construct, id: string): Queue =>
  new Queue(scope, id, { ...encrypted, retentionPeriod: DEAD_LETTER_RETENTION });

export interface WorkQueueProps {
  /** Longer than the worker's timeout, or a message is worked on twice at once. */
  readonly visibilitySeconds: number;
  readonly attempts: number;
}

/** A worker's queue with its dead-letter queue. */
export const queueWithDeadLetters = (scope: Construct, id: string, props: WorkQueueProps): Queue =>
  new Queue(scope, id, {
    ...encrypted,
    visibilityTimeout: Duration.seconds(props.visibilitySeconds),
    retentionPeriod: WORK_RETENTION,
    deadLetterQueue: { queue: deadLetterQueue(scope, `${id}DeadLetters`), maxReceiveCount: props.attempts },
  });

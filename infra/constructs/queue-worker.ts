import type { Duration } from "aws-cdk-lib";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { GlanceFunction } from "./glance-function.ts";

export interface QueueWorkerProps {
  readonly batchSize: number;
  /** Workers share the account's concurrency with the API: this much of it at most. */
  readonly maxConcurrency: number;
  /** Lambda polls a queue for money, also an empty one. */
  readonly enabled: boolean;
  /** How long messages are gathered; more than 10 in a batch need at least a second. */
  readonly maxBatchingWindow?: Duration;
}

/** Lets a queue call its worker, which reports what of a batch failed. The worker's rights are in `access`. */
export const feed = (worker: GlanceFunction, queue: IQueue, props: QueueWorkerProps): EventSourceMapping =>
  new EventSourceMapping(worker, "Queue", {
    target: worker.lambda,
    eventSourceArn: queue.queueArn,
    reportBatchItemFailures: true,
    ...props,
  });

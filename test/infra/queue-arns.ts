import { type QueueName, queueNames } from "../../shared/aws/work-queue.ts";

/** Something of every work queue, for tests of policies. */
export const queueArns = (arnOf: (name: QueueName) => string): Readonly<Record<QueueName, string>> =>
  Object.fromEntries(queueNames.map((name) => [name, arnOf(name)])) as Record<QueueName, string>;

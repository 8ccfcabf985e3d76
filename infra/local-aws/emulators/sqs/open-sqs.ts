import { join } from "node:path";
import type { Advice } from "../../advice.ts";
import type { Clock } from "../../clock.ts";
import { createFaults, type FaultPlan } from "../../faults.ts";
import { ownValue } from "../../own-value.ts";
import type { QueueDefinition } from "../../template/queues.ts";
import { AwsFailure } from "../aws-failure.ts";
import type { JsonService } from "../json-service.ts";
import { sqsOperations } from "./operations.ts";
import { type Input, textParameter } from "./parameters.ts";
import { Queue } from "./queue.ts";
import { openMessageFolder } from "./stored-message.ts";

export interface SqsOptions {
  /** One folder a queue in it. */
  readonly directory: string;
  readonly queues: readonly QueueDefinition[];
  readonly faults: FaultPlan;
  readonly clock: Clock;
  readonly advice?: Advice;
}

/** What Lambda's event source does with a queue beyond its API. */
export interface SqsService extends JsonService {
  /** Gives a received message to the dead letters of its queue, or drops it where there are none. */
  setAside(queueArn: string, receiptHandle: string): Promise<void>;
}

/**
 * Standard queues on a folder. Acknowledged messages survive the end of the process at any moment. Fault mode:
 * throttled calls, messages that come late, messages that come twice.
 */
export async function openSqs({
  directory,
  queues,
  faults: plan,
  clock,
  advice,
}: SqsOptions): Promise<SqsService> {
  const faults = createFaults("sqs", plan);
  const byName = new Map<string, Queue>();
  const byArn = (arn: string | undefined) =>
    [...byName.values()].find(({ definition }) => definition.arn === arn);
  for (const definition of queues) {
    const folder = await openMessageFolder(join(directory, definition.name), advice);
    const queue = new Queue(definition, folder, clock, () => byArn(definition.redrive?.deadLetterArn));
    await queue.load();
    byName.set(definition.name, queue);
  }

  const find = (operation: string, input: Input): Queue => {
    // The host is left unread: a URL that was kept over a restart may name another port.
    const name =
      operation === "GetQueueUrl"
        ? textParameter(input, "QueueName")
        : textParameter(input, "QueueUrl").split("/").at(-1);
    const queue = byName.get(name ?? "");
    if (!queue) throw new AwsFailure("QueueDoesNotExist", "The specified queue does not exist.");
    return queue;
  };
  const offered = (operation: string) => {
    const known = ownValue(sqsOperations, operation);
    if (!known) throw new AwsFailure("UnknownOperationException", `the local SQS has no ${operation}`);
    return known;
  };

  return {
    targetPrefix: "AmazonSQS",
    signingName: "sqs",
    accessOf: (operation, input) => [
      { action: offered(operation).action, resource: find(operation, input).definition.arn },
    ],
    handle: async (operation, input, trace) => {
      if (faults.pick(["throttle"]))
        throw new AwsFailure("RequestThrottled", "The request was denied due to throttling.", 403);
      return offered(operation).perform(find(operation, input), input, faults, trace);
    },
    setAside: async (queueArn, receiptHandle) => byArn(queueArn)?.setAside(receiptHandle),
    close: async () => {
      for (const queue of byName.values()) queue.close();
    },
  };
}

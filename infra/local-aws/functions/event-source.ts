import type { Dispatch } from "../emulators/json-endpoint/dispatch.ts";
import type { SqsService } from "../emulators/sqs/open-sqs.ts";
import type { Principal } from "../iam/principal.ts";
import type { EventSourceDefinition } from "../template/functions.ts";
import { pseudoParameters } from "../template/pseudo-parameters.ts";
import type { QueueDefinition } from "../template/queues.ts";
import type { FunctionPool } from "./function-pool.ts";
import type { Outcome } from "./invocation.ts";
import { mostInvocations, traceOf } from "./lineage.ts";

export interface EventSourceOptions {
  readonly source: EventSourceDefinition;
  readonly queue: QueueDefinition;
  readonly pool: FunctionPool;
  /** The function's own: on AWS the poller uses the function's role, so its rights are proved here, too. */
  readonly principal: Principal;
  readonly sqs: SqsService;
  readonly dispatch: Dispatch;
  readonly onError: (error: unknown) => void;
}

interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly Attributes?: Readonly<Record<string, string>>;
}

const waitSeconds = 20;
/** Lambda polls with five connections at first, and with more while all of them find messages. */
const firstPollers = 2;
const pauseAfterErrorMilliseconds = 1000;

/** Feeds a queue's messages to a function until it is stopped; what the function did not fail on is deleted. */
export function startEventSource(options: EventSourceOptions): { stop(): Promise<void> } {
  const { source, onError } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const pollers = new Set<Promise<void>>();
  let free = 0;
  const startAnother = (isLasting: boolean): void => {
    const poller = poll(isLasting).finally(() => pollers.delete(poller));
    pollers.add(poller);
  };
  /** Polls until it is stopped, or until nothing comes where it was started because all others were busy. */
  const poll = async (isLasting: boolean): Promise<void> => {
    for (let isNeeded = true; isNeeded && !signal.aborted; ) {
      free++;
      let isFree = true;
      const beBusy = (): void => {
        isFree = false;
        free--;
        if (free === 0 && pollers.size < source.maximumConcurrency) startAnother(false);
      };
      try {
        await handleBatch(options, signal, beBusy);
        isNeeded = isLasting || !isFree;
      } catch (error) {
        if (signal.aborted) return;
        onError(error);
        await pause(signal);
      } finally {
        if (isFree) free--;
      }
    }
  };
  for (let count = 0; count < Math.min(firstPollers, source.maximumConcurrency); count++) startAnother(true);
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(pollers);
    },
  };
}

async function handleBatch(
  options: EventSourceOptions,
  stopping: AbortSignal,
  onMessages: () => void,
): Promise<void> {
  const { source, queue, pool, principal, sqs, dispatch } = options;
  const call = (operation: string, input: Record<string, unknown>) =>
    dispatch(principal, sqs, operation, { QueueUrl: queue.url, ...input });

  const { Messages = [] } = (await call("ReceiveMessage", {
    MaxNumberOfMessages: Math.min(source.batchSize, 10),
    WaitTimeSeconds: waitSeconds,
    MessageSystemAttributeNames: ["All"],
  })) as { Messages?: readonly Message[] };
  if (Messages.length === 0 || stopping.aborted) return;
  onMessages();

  const { taken, trace } = await withoutLoops(options, Messages);
  if (taken.length === 0) return;
  const event = { Records: taken.map((message) => recordOf(message, queue)) };
  const outcome = await pool.invoke(JSON.stringify(event), "synchronous", trace);
  const failed = failedMessages(outcome, taken, source);
  const done = taken.filter(({ MessageId }) => !failed.has(MessageId));
  if (done.length === 0) return;
  await call("DeleteMessageBatch", {
    Entries: done.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle })),
  });
}

/**
 * Messages by which the function may be invoked, and the header that it gets. Of the others Lambda says that it stops the
 * invocation and gives the event to the dead-letter queue if there is one (Lambda guide, "invocation-recursion").
 */
async function withoutLoops(
  { source, pool, sqs, onError }: EventSourceOptions,
  messages: readonly Message[],
): Promise<{ readonly taken: readonly Message[]; readonly trace?: string }> {
  const { arn, name, allowsRecursion } = pool.definition;
  const traced = messages.map((message) => ({
    message,
    trace: traceOf(arn, message.Attributes?.AWSTraceHeader),
  }));
  const taken = traced.filter(({ trace }) => allowsRecursion || trace.invocations <= mostInvocations);
  for (const { message, trace } of traced) {
    if (allowsRecursion || trace.invocations <= mostInvocations) continue;
    onError(new Error(`${name} called itself ${mostInvocations} times by its queue: a message is set aside`));
    await sqs.setAside(source.queueArn, message.ReceiptHandle);
  }
  // One header an invocation: that of the message which has come furthest.
  const [longest] = taken.toSorted((one, other) => other.trace.invocations - one.trace.invocations);
  return { taken: taken.map(({ message }) => message), ...(longest && { trace: longest.trace.header }) };
}

/** Lambda's SQS event (developer guide, "Using Lambda with Amazon SQS"). */
const recordOf = (message: Message, queue: QueueDefinition) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: {},
  md5OfBody: message.MD5OfBody,
  eventSource: "aws:sqs",
  eventSourceARN: queue.arn,
  awsRegion: pseudoParameters.region,
});

/** Ids of the messages that stay in the queue. An answer that cannot be read fails the whole batch, as on AWS. */
function failedMessages(
  outcome: Outcome,
  messages: readonly Message[],
  source: EventSourceDefinition,
): ReadonlySet<string> {
  const all = new Set(messages.map(({ MessageId }) => MessageId));
  if (!outcome.ok) return all;
  if (!source.partialFailures) return new Set();
  const { batchItemFailures = [] } = (JSON.parse(outcome.payload) ?? {}) as {
    batchItemFailures?: readonly { itemIdentifier?: string }[];
  };
  const named = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  const readable = named.every((id): id is string => id !== undefined && all.has(id));
  return readable ? new Set(named) : all;
}

function pause(stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, pauseAfterErrorMilliseconds);
    stopping.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

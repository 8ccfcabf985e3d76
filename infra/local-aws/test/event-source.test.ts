import { expect, it, onTestFinished } from "vitest";
import { createDispatch } from "../emulators/json-endpoint/dispatch.ts";
import { openSqs } from "../emulators/sqs/open-sqs.ts";
import { createFaults, noFaults } from "../faults.ts";
import { startEventSource } from "../functions/event-source.ts";
import type { FunctionPool } from "../functions/function-pool.ts";
import { createJudge } from "../iam/judge.ts";
import { queueNamed } from "./queue-definition.ts";
import { temporaryFolder } from "./temporary-folder.ts";

interface Record {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string };
  readonly eventSource: string;
}

/** A queue read by a function that answers what `handle` says. */
async function source(
  handle: (records: readonly Record[], trace: string | undefined) => unknown,
  actions: readonly string[],
  { allowsRecursion = false, deadLetters = false } = {},
) {
  const dead = queueNamed("dead");
  const queue = queueNamed("work", {
    visibilityTimeoutSeconds: 0,
    ...(deadLetters && { redrive: { deadLetterArn: dead.arn, maxReceiveCount: 10 } }),
  });
  const sqs = await openSqs({
    directory: await temporaryFolder(),
    queues: [queue, dead],
    faults: noFaults,
    clock: Date.now,
  });
  const principal = {
    name: "worker",
    arn: "arn:aws:iam::000000000000:role/w",
    accessKeyId: "ASIAW",
    secretAccessKey: "s",
    statements: [{ Effect: "Allow" as const, Action: actions, Resource: queue.arn }],
  };
  const errors: Error[] = [];
  const pool = {
    definition: { arn: "arn:f", name: "f", allowsRecursion },
    invoke: async (event: string, _: string, trace?: string) => {
      try {
        return {
          ok: true,
          payload: JSON.stringify((await handle(JSON.parse(event).Records, trace)) ?? null),
        };
      } catch (error) {
        return { ok: false, error: { errorType: "Error", errorMessage: String(error) } };
      }
    },
  } as unknown as FunctionPool;
  const running = startEventSource({
    source: {
      functionArn: "arn:f",
      queueArn: queue.arn,
      batchSize: 10,
      partialFailures: true,
      maximumConcurrency: 1,
    },
    queue,
    pool,
    principal,
    sqs,
    dispatch: createDispatch({
      judge: createJudge([principal], new Map()),
      faultsOf: () => createFaults("sqs", noFaults),
      onCall: () => {},
    }),
    onError: (error) => errors.push(error as Error),
  });
  onTestFinished(async () => {
    const stopped = running.stop();
    await sqs.close();
    await stopped;
  });
  const send = (MessageBody: string, trace?: string) =>
    sqs.handle("SendMessage", { QueueUrl: queue.url, MessageBody }, trace);
  const leftIn = async (QueueUrl: string) => {
    const { Attributes } = await sqs.handle("GetQueueAttributes", {
      QueueUrl,
      AttributeNames: ["All"],
    });
    return (Attributes as { ApproximateNumberOfMessages: string }).ApproximateNumberOfMessages;
  };
  return { send, left: () => leftIn(queue.url), leftDead: () => leftIn(dead.url), errors };
}

const rights = ["sqs:ReceiveMessage", "sqs:DeleteMessage"];

it("hands Lambda's SQS event over and deletes what was handled", async () => {
  const seen: Record[] = [];
  const { send, left } = await source((records) => void seen.push(...records), rights);
  await send("a");
  await expect.poll(() => seen.length).toBe(1);
  expect(seen[0]).toMatchObject({
    body: "a",
    eventSource: "aws:sqs",
    attributes: { ApproximateReceiveCount: "1" },
  });
  await expect.poll(left).toBe("0");
  expect(seen).toHaveLength(1);
});

it("only the messages named as failed come again", async () => {
  const seen: string[] = [];
  const { send, left } = await source((records) => {
    seen.push(...records.map(({ body }) => body));
    return {
      batchItemFailures: records
        .filter(({ body, attributes }) => body === "b" && attributes.ApproximateReceiveCount === "1")
        .map(({ messageId }) => ({ itemIdentifier: messageId })),
    };
  }, rights);
  await send("a");
  await send("b");
  await expect.poll(() => seen.toSorted()).toEqual(["a", "b", "b"]);
  await expect.poll(left).toBe("0");
});

it("a function that throws keeps the whole batch", async () => {
  let attempts = 0;
  const { send, left } = await source(() => {
    attempts++;
    if (attempts === 1) throw new Error("no");
  }, rights);
  await send("a");
  await expect.poll(left).toBe("0");
  expect(attempts).toBe(2);
});

it("a function whose role may not read the queue gets nothing, and it is said", async () => {
  const { send, errors } = await source(() => {}, ["sqs:SendMessage"]);
  await send("a");
  await expect.poll(() => errors[0]?.message).toContain("not authorized to perform: sqs:ReceiveMessage");
});

const patient = { timeout: 10_000 };

/** A function that hands each message over to its own next run, 25 times in all. */
async function handingOver(options: { allowsRecursion?: boolean; deadLetters?: boolean }) {
  let runs = 0;
  const queue = await source(
    async (records, trace) => {
      runs += records.length;
      if (runs < 25) await queue.send("again", trace);
    },
    rights,
    options,
  );
  await queue.send("first");
  return { ...queue, runs: () => runs };
}

it("a function that calls itself by its queue is stopped the 17th time, and the message is a dead letter", async () => {
  const { runs, left, leftDead, errors } = await handingOver({ deadLetters: true });
  await expect.poll(leftDead, patient).toBe("1");
  expect([runs(), await left()]).toEqual([16, "0"]);
  expect(errors[0]?.message).toContain("called itself 16 times");
});

it("without dead letters such a message is dropped", async () => {
  const { runs, left, errors } = await handingOver({});
  await expect.poll(() => errors.length, patient).toBe(1);
  await expect.poll(left, patient).toBe("0");
  expect(runs()).toBe(16);
});

it("it goes on where the function allows it, and what nobody handed over is counted apart", async () => {
  const { runs, errors, send } = await handingOver({ allowsRecursion: true });
  await expect.poll(runs, patient).toBe(25);
  for (let n = 0; n < 20; n++) await send("new");
  await expect.poll(runs, patient).toBe(45);
  expect(errors).toEqual([]);
});

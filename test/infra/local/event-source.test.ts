import { expect, it, onTestFinished } from "vitest";
import { createDispatch } from "../../../infra/local/emulators/json-endpoint/dispatch.ts";
import { openSqs } from "../../../infra/local/emulators/sqs/open-sqs.ts";
import { createFaults, noFaults } from "../../../infra/local/faults.ts";
import { startEventSource } from "../../../infra/local/functions/event-source.ts";
import type { FunctionPool } from "../../../infra/local/functions/function-pool.ts";
import { createJudge } from "../../../infra/local/iam/judge.ts";
import { queueNamed } from "./queue-definition.ts";
import { temporaryFolder } from "./temporary-folder.ts";

interface Record {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string };
  readonly eventSource: string;
}

/** A queue read by a function that answers what `handle` says. */
async function source(handle: (records: readonly Record[]) => unknown, actions: readonly string[]) {
  const queue = queueNamed("work", { visibilityTimeoutSeconds: 0 });
  const sqs = await openSqs({
    directory: await temporaryFolder(),
    queues: [queue],
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
    invoke: async (event: string) => {
      try {
        return { ok: true, payload: JSON.stringify(handle(JSON.parse(event).Records) ?? null) };
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
  const send = (MessageBody: string) => sqs.handle("SendMessage", { QueueUrl: queue.url, MessageBody });
  const left = async () => {
    const { Attributes } = await sqs.handle("GetQueueAttributes", {
      QueueUrl: queue.url,
      AttributeNames: ["All"],
    });
    return (Attributes as { ApproximateNumberOfMessages: string }).ApproximateNumberOfMessages;
  };
  return { send, left, errors };
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

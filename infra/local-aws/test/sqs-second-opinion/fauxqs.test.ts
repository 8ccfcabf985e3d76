import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Comparison } from "./comparison.ts";
import { fauxqsSide, ourSide, outcomeOf, type Side } from "./sides.ts";
import { steps } from "./steps.ts";

/** SQS_RUNS=500 looks longer. */
const runs = Number(process.env.SQS_RUNS ?? 30);
// A queue for every run; shrinking takes some, too.
const names = Array.from({ length: 4 * runs + 100 }, (_, n) => `queue-${n}`);
const unused = names.values();
const nextName = (): string => unused.next().value ?? "queue-0";

let directory: string;
let sides: readonly Side[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "local-aws-"));
  sides = [await ourSide(directory, names), await fauxqsSide()];
});
afterAll(async () => {
  for (const side of sides) await side.close();
  await rm(directory, { recursive: true, force: true });
});

it("random sequences of calls come to the same here and at fauxqs", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const comparison = new Comparison(sides, nextName());
      for (const [at, step] of sequence.entries()) {
        const outcomes = await comparison.take(step);
        if (outcomes) expect({ at, step, outcome: outcomes[0] }).toEqual({ at, step, outcome: outcomes[1] });
      }
    }),
    { numRuns: runs },
  );
});

/** A message sent and received once, on one side. */
async function received(side: Side, name: string) {
  const { work: QueueUrl, dead } = await side.queue(name);
  await side.client.send(new SendMessageCommand({ QueueUrl, MessageBody: "m" }));
  const receive = async (from = QueueUrl) => {
    const command = new ReceiveMessageCommand({ QueueUrl: from, MessageSystemAttributeNames: ["All"] });
    return (await side.client.send(command)).Messages?.[0];
  };
  const ReceiptHandle = (await receive())?.ReceiptHandle;
  const showAgain = (handle = ReceiptHandle) =>
    side.client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: handle, VisibilityTimeout: 0 }),
    );
  return { QueueUrl, ReceiptHandle, dead, receive, showAgain };
}

/** What is asked, what the emulator answers by AWS's page, and fauxqs otherwise. */
const differences: readonly (readonly [
  rule: string,
  page: string,
  ask: (side: Side, name: string) => Promise<unknown>,
  ours: unknown,
  theirs: unknown,
])[] = [
  [
    "the latest handle deletes a message whose time is over",
    "SQS API reference, DeleteMessage: the receipt handle of the most recent receive",
    async (side, name) => {
      const { QueueUrl, ReceiptHandle, receive, showAgain } = await received(side, name);
      await showAgain();
      await side.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      return (await receive()) === undefined ? "deleted" : "there";
    },
    "deleted",
    "there",
  ],
  [
    "text that is no receipt handle is refused by DeleteMessage",
    "SQS API reference, DeleteMessage, errors: ReceiptHandleIsInvalid",
    async (side, name) => {
      const { QueueUrl } = await received(side, name);
      return outcomeOf(side.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: "x" })));
    },
    { failure: "ReceiptHandleIsInvalid", status: 400 },
    {},
  ],
  [
    "text that is no receipt handle is refused by ChangeMessageVisibility",
    "SQS API reference, ChangeMessageVisibility, errors: ReceiptHandleIsInvalid",
    async (side, name) => outcomeOf((await received(side, name)).showAgain("x")),
    { failure: "ReceiptHandleIsInvalid", status: 400 },
    { failure: "MessageNotInflight", status: 400 },
  ],
  [
    "a delay of more than 15 minutes is refused",
    "SQS API reference, SendMessage: DelaySeconds from 0 to 900",
    async (side, name) => {
      const QueueUrl = (await side.queue(name)).work;
      const command = new SendMessageCommand({ QueueUrl, MessageBody: "m", DelaySeconds: 901 });
      const { failure } = await outcomeOf(side.client.send(command));
      return failure;
    },
    "InvalidParameterValue",
    undefined,
  ],
  [
    "the id of a batch's entry has 80 characters at most",
    "SQS API reference, SendMessageBatchRequestEntry: Id",
    async (side, name) => {
      const QueueUrl = (await side.queue(name)).work;
      const Entries = [{ Id: "x".repeat(81), MessageBody: "m" }];
      return (await outcomeOf(side.client.send(new SendMessageBatchCommand({ QueueUrl, Entries })))).failure;
    },
    "InvalidBatchEntryId",
    undefined,
  ],
  [
    "an empty message is refused in a batch, too",
    "SQS API reference, SendMessageBatch: the minimum size is one character",
    async (side, name) => {
      const QueueUrl = (await side.queue(name)).work;
      const Entries = [{ Id: "a", MessageBody: "" }];
      const { Failed = [] } = await side.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      return Failed.map(({ Code }) => Code);
    },
    ["MissingParameter"],
    [],
  ],
  [
    "a message is hidden for 12 hours in all, counted from its receive",
    'SQS developer guide, "Amazon SQS visibility timeout": the 12-hour maximum',
    async (side, name) => {
      const { QueueUrl, ReceiptHandle } = await received(side, name);
      // The receive was some milliseconds ago.
      const command = new ChangeMessageVisibilityCommand({
        QueueUrl,
        ReceiptHandle,
        VisibilityTimeout: 43_200,
      });
      return (await outcomeOf(side.client.send(command))).failure;
    },
    "InvalidParameterValue",
    undefined,
  ],
  [
    "receives are counted from one again in the dead letters",
    "none: AWS does not say whether the count is kept",
    async (side, name) => {
      const { dead, receive, showAgain } = await received(side, name);
      await showAgain();
      await showAgain((await receive())?.ReceiptHandle);
      await receive();
      return (await receive(dead))?.Attributes?.ApproximateReceiveCount;
    },
    "1",
    "4",
  ],
];

it.each(differences)("known to differ: %s (%s)", async (_rule, _page, ask, ours, theirs) => {
  const name = nextName();
  const answers = await Promise.all(sides.map((side) => ask(side, name)));
  expect(answers).toEqual([ours, theirs]);
});

import { openSqs, type SqsService } from "../../emulators/sqs/open-sqs.ts";
import { noFaults } from "../../faults.ts";
import { queueNamed } from "../queue-definition.ts";
import type { ServiceUnderCut } from "./service-under-cut.ts";
import type { Timeline } from "./timeline.ts";

const dead = queueNamed("dead");
const jobs = queueNamed("jobs", { redrive: { deadLetterArn: dead.arn, maxReceiveCount: 1 } });
const open = (directory: string): Promise<SqsService> =>
  openSqs({ directory, queues: [jobs, dead], faults: noFaults, clock: Date.now });

const THERE = "there";
const GONE = "gone";

interface Received {
  readonly Body: string;
  readonly ReceiptHandle: string;
}

async function receive(sqs: SqsService, { url }: typeof jobs, VisibilityTimeout: number) {
  const input = { QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout };
  return ((await sqs.handle("ReceiveMessage", input)).Messages ?? []) as Received[];
}

const send = (sqs: SqsService, MessageBody: string) =>
  sqs.handle("SendMessage", { QueueUrl: jobs.url, MessageBody });

/** One message is in hand: sent, received and, where `ending` says so, deleted or given up. */
async function life(sqs: SqsService, timeline: Timeline, body: string, ending: "kept" | "deleted" | "dead") {
  timeline.begin(body, [GONE]);
  await timeline.act(
    body,
    () => send(sqs, body),
    () => [THERE],
  );
  if (ending === "kept") return;
  const [message] = await timeline.act(
    body,
    () => receive(sqs, jobs, 0),
    () => [THERE],
  );
  if (message?.Body !== body) throw new Error(`${message?.Body} came instead of ${body}`);
  // A message that was deleted may come again (SQS developer guide, "At-least-once delivery").
  const deletion = { QueueUrl: jobs.url, ReceiptHandle: message.ReceiptHandle };
  if (ending === "deleted")
    await timeline.act(
      body,
      () => sqs.handle("DeleteMessage", deletion),
      () => [GONE, THERE],
    );
  else
    await timeline.act(
      body,
      () => receive(sqs, jobs, 0),
      () => [THERE],
    );
}

/** Queues: a message that was acknowledged comes, whole, at least once. */
export const queueUnderCut: ServiceUnderCut = {
  work: async (directory, timeline) => {
    const sqs = await open(directory);
    await life(sqs, timeline, "deleted", "deleted");
    await life(sqs, timeline, "dead", "dead");
    await Promise.all(["one", "two", "x".repeat(100_000)].map((body) => life(sqs, timeline, body, "kept")));
    await sqs.close();
  },
  open: async (directory) => {
    const sqs = await open(directory);
    const all: Received[] = [];
    return {
      look: async () => {
        for (const queue of [jobs, dead])
          for (let last = -1; all.length > last; ) {
            last = all.length;
            all.push(...(await receive(sqs, queue, 600)));
          }
        const bodies = new Set(all.map(({ Body }) => Body));
        return new Map(
          ["deleted", "dead", "one", "two", "x".repeat(100_000), ...bodies].map((body) => [
            body,
            bodies.has(body) ? THERE : GONE,
          ]),
        );
      },
      use: async () => {
        await send(sqs, "after");
      },
      close: () => sqs.close(),
    };
  },
};

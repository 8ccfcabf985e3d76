import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

let runtime: LocalRuntime;

beforeAll(async () => {
  runtime = await startRuntime();
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const read = (...path: string[]): string => readFileSync(join(runtime.home, ...path), "utf8");
const lines = (log: string): Record<string, unknown>[] =>
  read("log", `${log}.log`)
    .split("\n")
    .flatMap((line) => (line.startsWith("{") ? JSON.parse(line) : []));

/** Puts a message into the queue of this name, as the function `transfers` may. */
async function send(queue: string, MessageBody: string): Promise<void> {
  const { json } = JSON.parse(read("runtime.json")) as { json: string };
  const keys = JSON.parse(read("keys.json")) as Record<
    string,
    { accessKeyId: string; secretAccessKey: string; sessionToken: string }
  >;
  const name = readdirSync(join(runtime.home, "sqs")).find(
    (folder) => folder.includes(queue) && !folder.includes("DeadLetters"),
  );
  const client = new SQSClient({ region: "us-east-1", endpoint: json, credentials: keys.transfers as never });
  try {
    await client.send(new SendMessageCommand({ QueueUrl: `${json}/000000000000/${name}`, MessageBody }));
  } finally {
    client.destroy();
  }
}

it("a message that fails comes again within seconds, by the right to postpone that its worker has", async () => {
  for (const queue of ["FinalizeQueue", "DeleteQueue", "NotifyQueue"]) await send(queue, "unreadable");
  for (const worker of ["workers-finalize", "workers-delete"]) {
    const failures = () =>
      lines(worker).filter(({ message }) => message === "unreadable" || message === "failed");
    await expect.poll(() => failures().length, { timeout: 30_000, interval: 200 }).toBeGreaterThan(1);
    expect(failures()[0]).toMatchObject({ retry_in_seconds: expect.any(Number) });
    const postponed = lines("aws-calls").filter(
      ({ principal, operation }) => principal === worker && operation === "ChangeMessageVisibility",
    );
    expect(postponed[0]).toMatchObject({ status: 200 });
  }
  const unreadable = () => lines("workers-notify").filter(({ message }) => message === "unreadable");
  await expect.poll(() => unreadable().length, { timeout: 20_000 }).toBe(1);
  // Nobody else's hints wait for it.
  await (await logIn(runtime.url, "demo")).create();
  const delivered = () =>
    lines("workers-notify").filter(({ message, acted }) => message === "delivered" && acted);
  await expect.poll(() => delivered().length, { timeout: 20_000 }).toBeGreaterThan(0);
});

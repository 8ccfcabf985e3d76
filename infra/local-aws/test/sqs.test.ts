import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { openSqs } from "../emulators/sqs/open-sqs.ts";
import { type FaultPlan, noFaults } from "../faults.ts";
import type { QueueDefinition } from "../template/queues.ts";
import { queueNamed } from "./queue-definition.ts";
import { temporaryFolder } from "./temporary-folder.ts";

interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes?: Record<string, string>;
}

const url = queueNamed("work").url;

async function open(
  changed: Partial<QueueDefinition> = {},
  directory?: string,
  faults: FaultPlan = noFaults,
) {
  const folder = directory ?? (await temporaryFolder());
  const time = { now: Date.now() };
  const sqs = await openSqs({
    directory: folder,
    queues: [queueNamed("work", changed), queueNamed("dead")],
    faults,
    clock: () => time.now,
  });
  onTestFinished(() => sqs.close());
  const call = (operation: string, input: object = {}) => sqs.handle(operation, { QueueUrl: url, ...input });
  const receive = async (input: object = {}) =>
    ((
      await call("ReceiveMessage", {
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ["All"],
        ...input,
      })
    ).Messages ?? []) as Message[];
  return { folder, time, call, receive, sqs };
}

const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body).sort();

it("a received message is hidden until its visibility timeout, then comes again with a higher count", async () => {
  const { call, receive, time } = await open();
  await call("SendMessage", { MessageBody: "a" });
  expect((await receive())[0]?.Attributes?.ApproximateReceiveCount).toBe("1");
  expect(await receive()).toEqual([]);
  time.now += 30_000;
  expect((await receive())[0]?.Attributes?.ApproximateReceiveCount).toBe("2");
});

it("a deleted message never comes again; an old receipt handle deletes nothing", async () => {
  const { call, receive, time } = await open();
  await call("SendMessage", { MessageBody: "a" });
  const [first] = await receive();
  time.now += 30_000;
  const [second] = await receive();
  await call("DeleteMessage", { ReceiptHandle: first?.ReceiptHandle });
  time.now += 30_000;
  const [third] = await receive();
  expect(third?.MessageId).toBe(second?.MessageId);
  await call("DeleteMessage", { ReceiptHandle: third?.ReceiptHandle });
  time.now += 30_000;
  expect(await receive()).toEqual([]);
});

it("delays of the queue and of a message are kept", async () => {
  const { call, receive, time } = await open({ delaySeconds: 5 });
  await call("SendMessage", { MessageBody: "queue" });
  await call("SendMessage", { MessageBody: "message", DelaySeconds: 60 });
  expect(await receive()).toEqual([]);
  time.now += 5000;
  expect(bodies(await receive())).toEqual(["queue"]);
  time.now += 55_000;
  expect(bodies(await receive())).toEqual(["message", "queue"]);
});

it("a visibility timeout can be changed, to zero as well", async () => {
  const { call, receive } = await open();
  await call("SendMessage", { MessageBody: "a" });
  const [message] = await receive();
  await call("ChangeMessageVisibility", { ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 });
  expect(await receive()).toHaveLength(1);
});

it("a visibility timeout is extended to twelve hours from the receive at most, and only while it lasts", async () => {
  const { call, receive, time } = await open();
  await call("SendMessage", { MessageBody: "a" });
  const [message] = await receive();
  const change = (VisibilityTimeout: number) =>
    call("ChangeMessageVisibility", { ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout });
  await change(43_200);
  time.now += 3_600_000;
  await expect(change(43_200)).rejects.toMatchObject({ code: "InvalidParameterValue" });
  await change(43_200 - 3600);
  await change(5);
  time.now += 4999;
  expect(await receive()).toEqual([]);
  time.now += 1;
  await expect(change(5)).rejects.toMatchObject({ code: "MessageNotInflight" });
  expect((await receive())[0]?.Attributes?.ApproximateReceiveCount).toBe("2");
  await expect(change(5)).rejects.toMatchObject({ code: "MessageNotInflight" });
});

it("after the maximum of receives a message goes to the dead-letter queue", async () => {
  const dead = queueNamed("dead");
  const { call, receive, time } = await open({ redrive: { deadLetterArn: dead.arn, maxReceiveCount: 2 } });
  await call("SendMessage", { MessageBody: "poison" });
  for (const count of [1, 1, 0]) {
    expect(await receive()).toHaveLength(count);
    time.now += 30_000;
  }
  expect(bodies(await receive({ QueueUrl: dead.url }))).toEqual(["poison"]);
});

it("messages older than the retention period are dropped", async () => {
  const { call, receive, time } = await open({ retentionSeconds: 60 });
  await call("SendMessage", { MessageBody: "old" });
  time.now += 61_000;
  expect(await receive()).toEqual([]);
});

it("a long poll ends with the first message", async () => {
  const { call, receive } = await open();
  const polling = receive({ WaitTimeSeconds: 20 });
  await call("SendMessage", { MessageBody: "a" });
  expect(bodies(await polling)).toEqual(["a"]);
});

it("closing ends a long poll", async () => {
  const { receive, sqs } = await open();
  const polling = receive({ WaitTimeSeconds: 20 });
  await sqs.close();
  expect(await polling).toEqual([]);
});

it("batches answer entry by entry", async () => {
  const { call, receive } = await open({ maximumMessageBytes: 1024 });
  const answer = await call("SendMessageBatch", {
    Entries: [
      { Id: "good", MessageBody: "a" },
      { Id: "long", MessageBody: "x".repeat(1025) },
    ],
  });
  expect(answer).toMatchObject({
    Successful: [{ Id: "good", MD5OfMessageBody: "0cc175b9c0f1b6a831c399e269772661" }],
    Failed: [{ Id: "long", Code: "InvalidParameterValue", SenderFault: true }],
  });
  const Entries = (await receive()).map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle }));
  await call("DeleteMessageBatch", { Entries: [...Entries, { Id: "broken", ReceiptHandle: "x" }] }).then(
    (deleted) =>
      expect(deleted).toMatchObject({
        Successful: [{ Id: Entries[0]?.Id }],
        Failed: [{ Code: "ReceiptHandleIsInvalid" }],
      }),
  );
  expect((await call("GetQueueAttributes", { AttributeNames: ["All"] })).Attributes).toMatchObject({
    ApproximateNumberOfMessages: "0",
    ApproximateNumberOfMessagesNotVisible: "0",
  });
});

it.each([
  ["SendMessage", { MessageBody: "" }, "MissingParameter"],
  ["SendMessage", { MessageBody: "\u0000" }, "InvalidMessageContents"],
  ["SendMessage", { MessageBody: "a", DelaySeconds: 901 }, "InvalidParameterValue"],
  ["SendMessage", { MessageBody: "a", MessageAttributes: {} }, "UnsupportedOperation"],
  ["SendMessage", { MessageBody: "x".repeat(1_048_577) }, "InvalidParameterValue"],
  ["SendMessage", { MessageBody: "a", QueueUrl: "http://127.0.0.1/0/other" }, "QueueDoesNotExist"],
  ["ReceiveMessage", { MaxNumberOfMessages: 11 }, "InvalidParameterValue"],
  ["ReceiveMessage", { WaitTimeSeconds: 21 }, "InvalidParameterValue"],
  ["SendMessageBatch", { Entries: [] }, "EmptyBatchRequest"],
  ["DeleteMessage", { ReceiptHandle: "../x" }, "ReceiptHandleIsInvalid"],
  ["PurgeQueue", {}, "UnknownOperationException"],
])("%s with %j is refused: %s", async (operation, input, code) => {
  const { call } = await open();
  await expect(call(operation, input)).rejects.toMatchObject({ code });
});

it("after a restart nothing is lost, and what was in flight can be received", async () => {
  const { call, receive, folder, sqs } = await open();
  await call("SendMessage", { MessageBody: "waiting" });
  await call("SendMessage", { MessageBody: "in flight" });
  await receive({ MaxNumberOfMessages: 1 });
  await sqs.close();
  const again = await open({}, folder);
  expect(bodies(await again.receive())).toEqual(["in flight", "waiting"]);
});

it("a broken message file is set aside, and the other messages come", async () => {
  const { call, folder, sqs } = await open();
  await call("SendMessage", { MessageBody: "whole" });
  await sqs.close();
  const broken = join(folder, "work", "0.json");
  await writeFile(broken, "{");
  const again = await open({}, folder);
  expect(bodies(await again.receive())).toEqual(["whole"]);
  expect(await readFile(`${broken}.broken`, "utf8")).toBe("{");
});

it("a sender that is killed has lost no acknowledged message", async () => {
  const folder = await temporaryFolder();
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("./sqs-writer.ts", import.meta.url)), folder],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
    if (output.split("\n").length > 30) child.kill("SIGKILL");
  });
  await once(child, "close");
  const acknowledged = output.split("\n").slice(0, -1);
  const { receive, call } = await open({}, folder);
  const found = new Set<string>();
  for (let messages = await receive(); messages.length > 0; messages = await receive()) {
    for (const { Body, ReceiptHandle } of messages) {
      found.add(Body);
      await call("DeleteMessage", { ReceiptHandle });
    }
  }
  expect([...found]).toEqual(expect.arrayContaining(acknowledged));
  // One more may have been written without its acknowledgement getting out.
  expect(found.size - acknowledged.length).toBeLessThanOrEqual(1);
});

it("the fault mode throttles, delays and doubles, the same for the same seed", async () => {
  const story = async () => {
    const { call, receive } = await open({}, undefined, { seed: 7, rate: 0.5 });
    const events: string[] = [];
    for (let number = 0; number < 20; number++) {
      await call("SendMessage", { MessageBody: `${number}` }).then(
        () => events.push("sent"),
        (error) => events.push(error.code),
      );
      await receive().then(
        (messages) => events.push(String(messages.length)),
        (error) => events.push(error.code),
      );
    }
    return events;
  };
  const first = await story();
  expect(first).toContain("RequestThrottled");
  expect(await story()).toEqual(first);
});

it("messages of a group that takes much of the time come after those of others, and none is lost", async () => {
  const { call, receive, time } = await open();
  const send = (MessageBody: string, MessageGroupId?: string) =>
    call("SendMessage", { MessageBody, ...(MessageGroupId && { MessageGroupId }) });
  for (let count = 0; count < 20; count++) await send(`loud ${count}`, "loud");
  const [first] = await receive({ MaxNumberOfMessages: 2 });
  expect(first?.Attributes?.MessageGroupId).toBe("loud");
  time.now += 5000;
  await send("quiet", "quiet");
  await send("alone");
  expect(bodies(await receive({ MaxNumberOfMessages: 2 }))).toEqual(["alone", "quiet"]);
  // While nobody is quiet the loud one is served as ever.
  expect(await receive()).toHaveLength(10);
  expect(await receive()).toHaveLength(8);
});

it("of two groups that take much, the one with less in flight comes first", async () => {
  const { call, receive, time } = await open();
  const send = (MessageBody: string, MessageGroupId: string) =>
    call("SendMessage", { MessageBody, MessageGroupId });
  for (let count = 0; count < 4; count++) await send(`a${count}`, "a");
  await receive({ MaxNumberOfMessages: 3 });
  time.now += 5000;
  await send("b0", "b");
  await receive({ MaxNumberOfMessages: 1 });
  time.now += 5000;
  await send("b1", "b");
  expect(bodies(await receive({ MaxNumberOfMessages: 1 }))).toEqual(["b1"]);
});

it("a group's name is letters, digits and punctuation, and of 128 characters at most", async () => {
  const { call } = await open();
  for (const MessageGroupId of ["", "a b", "ü", "x".repeat(129), 7])
    await expect(call("SendMessage", { MessageBody: "a", MessageGroupId })).rejects.toMatchObject({
      code: "InvalidParameterValue",
    });
});

import type { SQSEvent } from "aws-lambda";
import { describe, expect, test } from "vitest";
import { eachMessage } from "../../../functions/workers/each-message.ts";
import { readHints } from "../../../functions/workers/read-hints.ts";
import { retryDelaySeconds } from "../../../functions/workers/retry-delay.ts";

const batch = (...messages: { body: string; receives?: number }[]) =>
  ({
    Records: messages.map(({ body, receives = 1 }, at) => ({
      messageId: `m${at}`,
      receiptHandle: `r${at}`,
      body,
      attributes: { ApproximateReceiveCount: String(receives) },
    })),
  }) as unknown as SQSEvent;

function work(postpone: (receipt: string, seconds: number) => Promise<void> = async () => undefined) {
  const lines: string[] = [];
  const postponed: [string, number][] = [];
  const write = (message: string) => void lines.push(message);
  return {
    lines,
    postponed,
    log: { info: write, error: write, warn: write },
    subject: ({ fails }: { fails?: boolean }) => ({ fails: String(fails) }),
    handle: async ({ fails }: { fails?: boolean }) => {
      if (fails) throw new Error("not now");
      return "done";
    },
    postpone: async (receipt: string, seconds: number) => {
      postponed.push([receipt, seconds]);
      await postpone(receipt, seconds);
    },
  };
}

describe("a worker", () => {
  test("names what failed and has it come again soon, the others are done", async () => {
    const failing = work();
    const event = batch({ body: "{}" }, { body: '{"fails":true}' }, { body: '{"fails":true}', receives: 9 });
    const { batchItemFailures } = await eachMessage(event, failing);
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(["m1", "m2"]);
    const [[first, soon], [second, late]] = failing.postponed as [[string, number], [string, number]];
    expect([first, second]).toEqual(["r1", "r2"]);
    expect(soon).toBeLessThanOrEqual(5);
    expect(late).toBeGreaterThan(400);
  });

  test("that does several at a time is not held up by one that waits", async () => {
    const hanging = work();
    const done: string[] = [];
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const handle = async ({ fails }: { fails?: boolean }) => {
      if (fails) await held;
      done.push(fails ? "slow" : "quick");
      return "done";
    };
    const event = batch({ body: '{"fails":true}' }, { body: "{}" }, { body: "{}" });
    const end = eachMessage(event, { ...hanging, handle, atOnce: 2 });
    await expect.poll(() => done).toEqual(["quick", "quick"]);
    letGo();
    expect(await end).toEqual({ batchItemFailures: [] });
    expect(done).toEqual(["quick", "quick", "slow"]);
  });

  test("what cannot be read fails alone: it goes its way to the dead letters, the batch does not", async () => {
    const failing = work();
    const event = batch({ body: "no JSON" }, { body: "null" }, { body: "{}" });
    const { batchItemFailures } = await eachMessage(event, failing);
    expect(batchItemFailures).toEqual([{ itemIdentifier: "m0" }, { itemIdentifier: "m1" }]);
    expect(failing.lines.filter((line) => line === "handled")).toHaveLength(1);
    expect(failing.postponed).toHaveLength(2);
  });

  test("that cannot postpone a message leaves it to the visibility timeout, and goes on", async () => {
    const failing = work(() => Promise.reject(new Error("throttled")));
    const event = batch({ body: '{"fails":true}' }, { body: "{}" });
    const { batchItemFailures } = await eachMessage(event, failing);
    expect(batchItemFailures).toEqual([{ itemIdentifier: "m0" }]);
    expect(failing.lines).toEqual(["failed", "not postponed", "handled"]);
  });
});

test("the pause grows with the tries up to a quarter of an hour, whatever SQS says of them", () => {
  const longest = Array.from({ length: 12 }, (_, at) => retryDelaySeconds(at + 1, () => 0));
  expect(longest).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900]);
  expect(retryDelaySeconds(3, () => 0.999)).toBe(11);
  for (const odd of [0, -1, Number.NaN]) expect(retryDelaySeconds(odd, () => 0)).toBe(5);
  expect(retryDelaySeconds(1e9, () => 0)).toBe(900);
});

test("hints that nobody can read fail alone", () => {
  const event = batch(
    { body: "{" },
    { body: '{"subject":"image#a"}' },
    { body: '{"imageId":"b"}' },
    { body: '{"subject":7}' },
    { body: "null" },
  );
  expect(readHints(event)).toEqual({
    subjects: ["image#a", "b"],
    batchItemFailures: ["m0", "m3", "m4"].map((itemIdentifier) => ({ itemIdentifier })),
  });
});

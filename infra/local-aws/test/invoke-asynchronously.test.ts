import { expect, it } from "vitest";
import type { FunctionPool } from "../functions/function-pool.ts";
import { asynchronously } from "../functions/invoke-asynchronously.ts";
import type { AsyncConfig } from "../template/async-config.ts";

const config: AsyncConfig = {
  functionName: "reaper",
  retryAttempts: 0,
  maximumAgeSeconds: 300,
  onFailure: "arn:dead",
};

/** Invokes a function that fails so many times. */
async function invoked(configs: readonly AsyncConfig[], failures: number) {
  let now = 0;
  const calls: number[] = [];
  const sent: { name: string; arn: string; record: Record<string, unknown> }[] = [];
  const pool = {
    definition: { name: "upkeep-reaper", functionName: "reaper", arn: "arn:reaper" },
    invoke: async () => {
      calls.push(now / 1000);
      const error = { errorType: "Error", errorMessage: "no" };
      return calls.length <= failures ? { ok: false, error } : { ok: true, payload: "1" };
    },
  } as unknown as FunctionPool;
  const run = asynchronously({
    configs,
    clock: () => now,
    send: async (name, arn, body) => sent.push({ name, arn, record: JSON.parse(body) }),
    onError: (error) => {
      throw error;
    },
    pause: async (milliseconds) => {
      now += milliseconds;
      return true;
    },
  });
  return { calls, sent, outcome: await run(pool, '{"job":"reaper"}') };
}

it("a failed run is told to the failure destination with its event and error, and not repeated", async () => {
  const { calls, sent, outcome } = await invoked([config], 1);
  expect(outcome.ok).toBe(false);
  expect(calls).toEqual([0]);
  expect(sent).toEqual([
    {
      name: "upkeep-reaper",
      arn: "arn:dead",
      record: expect.objectContaining({
        version: "1.0",
        requestContext: expect.objectContaining({
          condition: "RetriesExhausted",
          functionArn: "arn:reaper:$LATEST",
          approximateInvokeCount: 1,
        }),
        requestPayload: { job: "reaper" },
        responsePayload: { errorType: "Error", errorMessage: "no" },
      }),
    },
  ]);
});

it("a run that succeeds tells nobody", async () => {
  expect((await invoked([config], 0)).sent).toEqual([]);
});

it("without a configuration it is tried twice more, after one minute and two, and nobody is told", async () => {
  const { calls, sent, outcome } = await invoked([], 3);
  expect(calls).toEqual([0, 60, 180]);
  expect([sent, outcome.ok]).toEqual([[], false]);
  expect((await invoked([], 1)).outcome.ok).toBe(true);
});

it("no try begins after the event's longest age", async () => {
  const { calls, sent } = await invoked([{ ...config, retryAttempts: 2, maximumAgeSeconds: 100 }], 9);
  expect(calls).toEqual([0, 60]);
  expect(sent[0]?.record.requestContext).toMatchObject({ condition: "EventAgeExceeded" });
});

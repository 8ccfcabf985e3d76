import { expect, it, onTestFinished, vi } from "vitest";
import type { FunctionPool } from "../functions/function-pool.ts";
import { createJudge } from "../iam/judge.ts";
import { parseExpression } from "../schedules/expression.ts";
import { startScheduler } from "../schedules/scheduler.ts";

const at = (time: string): number => Date.parse(time);

it.each([
  ["rate(5 minutes)", "2026-11-21T08:00:00Z", "2026-11-21T08:05:00Z"],
  ["rate(1 hour)", "2026-11-21T08:59:59Z", "2026-11-21T09:00:00Z"],
  ["rate(1 day)", "2026-11-21T08:00:00Z", "2026-11-22T08:00:00Z"],
  ["cron(15 2 * * ? *)", "2026-11-21T08:00:00Z", "2026-11-22T02:15:00Z"],
  ["cron(0/20 8 * * ? *)", "2026-11-21T08:05:00Z", "2026-11-21T08:20:00Z"],
  ["cron(0 3 ? * MON-FRI *)", "2026-11-21T08:00:00Z", "2026-11-23T03:00:00Z"],
  ["cron(0 0 1 JAN,JUL ? *)", "2026-11-21T08:00:00Z", "2027-01-01T00:00:00Z"],
])("%s after %s is %s", (expression, after, expected) => {
  const next = parseExpression(expression, at("2026-11-21T08:00:00Z"))(at(after));
  expect(new Date(next).toISOString()).toBe(new Date(expected).toISOString());
});

it.each([
  "at(2026-11-21T08:00:00)",
  "rate(0 minutes)",
  "cron(0 0 L * ? *)",
  "cron(0 0 * *)",
  "cron(61 0 * * ? *)",
])("%s is not understood, and says so", (expression) => {
  expect(() => parseExpression(expression, 0)).toThrow();
});

function scheduler(Action: string) {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const events: string[] = [];
  const failures: string[] = [];
  const principal = {
    name: "schedule-reaper",
    arn: "arn:aws:iam::000000000000:role/s",
    accessKeyId: "ASIAS",
    secretAccessKey: "s",
    statements: [{ Effect: "Allow" as const, Action, Resource: "*" }],
  };
  const pool = {
    invoke: async (event: string) => {
      events.push(event);
      return { ok: true, payload: "1" };
    },
  } as unknown as FunctionPool;
  const started = startScheduler({
    jobs: [
      {
        principal,
        pool,
        schedule: {
          name: "Reaper",
          job: "reaper",
          arn: "arn:s",
          expression: "rate(5 minutes)",
          enabled: true,
          functionArn: "arn:f",
          roleArn: principal.arn,
          input: '{"job":"reaper"}',
        },
      },
    ],
    judge: createJudge([principal], new Map()),
    clock: Date.now,
    invokeLater: (called, event) => called.invoke(event),
    onFailure: (job, reason) => failures.push(`${job}: ${reason}`),
  });
  onTestFinished(() => started.stop());
  return { started, events, failures };
}

it("fires by the clock with the schedule's input, until it is stopped", async () => {
  const { started, events } = scheduler("lambda:InvokeFunction");
  await vi.advanceTimersByTimeAsync(11 * 60_000);
  expect(events).toEqual(['{"job":"reaper"}', '{"job":"reaper"}']);
  started.stop();
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect(events).toHaveLength(2);
});

it("fires on demand by name, with what an operator adds", async () => {
  const { started, events } = scheduler("lambda:InvokeFunction");
  expect(await started.fire("reaper")).toEqual({ ok: true, payload: "1" });
  await started.fire("reaper", { dry_run: true });
  expect(events).toEqual(['{"job":"reaper"}', '{"job":"reaper","dry_run":true}']);
  expect(started.fire("other")).toBeUndefined();
  expect(started.names).toEqual(["reaper"]);
});

it("a schedule whose role may not invoke the function fails, and says so", async () => {
  const { events, failures } = scheduler("lambda:GetFunction");
  await vi.advanceTimersByTimeAsync(5 * 60_000);
  expect(events).toEqual([]);
  expect(failures[0]).toContain("not authorized to perform: lambda:InvokeFunction");
});

import { readFileSync } from "node:fs";
import { join } from "node:path";

interface LoggedCall {
  readonly service: string;
  readonly operation: string;
}

/** All emulator calls of a runtime so far, as `service:Operation`. */
export const callsOf = (home: string): string[] =>
  readFileSync(join(home, "log", "aws-calls.log"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as LoggedCall)
    .map(({ service, operation }) => `${service}:${operation}`);

/** What GLANCE_CRASH_AT must be to die right after each call that followed `before`, in order. */
export function crashPoints(before: readonly string[], calls: readonly string[]): string[] {
  const seen = new Map<string, number>();
  const count = (call: string): number => {
    const times = (seen.get(call) ?? 0) + 1;
    seen.set(call, times);
    return times;
  };
  for (const call of before) count(call);
  return calls.slice(before.length).map((call) => `${call}:after:${count(call)}`);
}

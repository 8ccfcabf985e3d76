import { UsageError } from "../command-line/failures.ts";
import { followLines, linesOf } from "../local/follow-lines.ts";
import { eventFileOf } from "../local/running-runtime.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

export interface EventsOptions {
  readonly follow?: boolean;
}

/** Resolves when the line may be followed by another; false when nobody reads any more. */
const print = (line: string): Promise<boolean> =>
  new Promise((resolve) => process.stdout.write(`${line}\n`, (error) => resolve(!error)));

/** `imagectl events`: notifications of the local runtime as its event bus has them, one JSON line each. */
export async function showEvents(context: Context, { follow }: EventsOptions): Promise<Result> {
  if (follow && context.options.json)
    throw new UsageError("--follow prints one JSON line an event already: leave out --json");
  const path = await eventFileOf(process.env.GLANCE_HOME || ".local");
  if (!follow) {
    const lines: string[] = [];
    for await (const line of linesOf(path)) lines.push(line);
    return { json: lines.map((line) => JSON.parse(line)), text: lines.join("\n") };
  }
  for await (const line of followLines(path, context.signal)) {
    if (!(await print(line)) || context.signal.aborted) break;
  }
  return { json: {}, text: "" };
}

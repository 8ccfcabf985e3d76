import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Difference, differencesOf } from "./differences.ts";
import type { Script } from "./script.ts";
import type { Session } from "./session.ts";

/** What each script's name stands for. */
type Sessions = ReadonlyMap<string, Session>;

/** What differs between the two, script by script. */
export function compared(
  scripts: readonly Script[],
  reference: Sessions,
  here: Sessions,
): ReadonlyMap<string, readonly Difference[]> {
  const differences = new Map<string, readonly Difference[]>();
  for (const script of scripts) {
    const [expected, found] = [reference.get(script.name), here.get(script.name)];
    if (expected && found) differences.set(script.name, differencesOf(script, expected, found));
  }
  return differences;
}

export const exchangesIn = (sessions: Sessions): number =>
  [...sessions.values()].reduce((sum, { exchanges }) => sum + exchanges.length, 0);

/** Exchanges that ended in a failure of the service: a line each. */
export const failuresIn = (sessions: Sessions): string[] =>
  [...sessions].flatMap(([script, { exchanges }]) =>
    exchanges
      .filter(({ answer: { status } }) => status >= 500 && status !== 501)
      .map(({ caller, method, path, answer }) => [script, caller, method, path, answer.status].join(" ")),
  );

/** Rows of docs/compatibility.md that begin so. */
export const documentedRows = (beginning: string): string[] =>
  readFileSync(resolve(import.meta.dirname, "../../../docs/compatibility.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith(beginning));

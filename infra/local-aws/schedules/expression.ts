import { ownValue } from "../own-value.ts";
import { parseCron } from "./cron.ts";

const unitMilliseconds: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
const minute = 60_000;

/** Times at which a schedule fires: given the start, answers from a time to the next one strictly after it. */
export type NextTime = (after: number) => number;

/** `rate(5 minutes)` counts from `startedAt`; `cron(…)` is UTC. Throws an Error for anything else. */
export function parseExpression(expression: string, startedAt: number): NextTime {
  const [, value, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (value !== undefined && Number(value) > 0) {
    const period = Number(value) * (ownValue(unitMilliseconds, unit) ?? minute);
    return (after) => startedAt + (Math.floor((after - startedAt) / period) + 1) * period;
  }
  const cron = /^cron\((.*)\)$/.exec(expression)?.[1];
  if (cron === undefined) throw new Error(`the local runtime does not understand the schedule ${expression}`);
  const meant = parseCron(cron);
  return (after) => {
    // A year and a day of minutes covers every yearly schedule; a later one is looked for again then.
    const first = (Math.floor(after / minute) + 1) * minute;
    for (let at = first; at < first + 366 * 86_400_000; at += minute) if (meant(new Date(at))) return at;
    return first + 366 * 86_400_000;
  };
}

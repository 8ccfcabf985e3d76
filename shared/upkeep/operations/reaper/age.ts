import { CLOCK_SKEW_MS } from "../clock-skew.ts";

const DAY_MS = 86_400_000;

/** Everything after this moment counts as younger than the grace. */
export const youngSince = (now: Date, graceMs: number): Date =>
  new Date(now.getTime() - graceMs - CLOCK_SKEW_MS);

export const orphansYoungSince = (now: Date, graceDays: number): Date => youngSince(now, graceDays * DAY_MS);

/** Unknown age counts as young. */
export const isOld = (at: string | undefined, young: Date): boolean =>
  at !== undefined && Date.parse(at) < young.getTime();

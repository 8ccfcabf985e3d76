const DAY_MS = 86_400_000;

/** Ours and the store's clock may each be an hour wrong. */
const SKEW_MS = 2 * 3_600_000;

/** Everything after this moment counts as younger than the grace. */
export const youngSince = (now: Date, graceMs: number): Date => new Date(now.getTime() - graceMs - SKEW_MS);

export const orphansYoungSince = (now: Date, graceDays: number): Date => youngSince(now, graceDays * DAY_MS);

/** Unknown age counts as young. */
export const isOld = (at: string | undefined, young: Date): boolean =>
  at !== undefined && Date.parse(at) < young.getTime();

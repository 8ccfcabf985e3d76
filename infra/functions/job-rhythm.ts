import type { JobEntry } from "./entry.ts";
import { type Deciding, isNeeded } from "./features.ts";

/** How often a job runs by these settings, and whether only an operator fires it. */
export function rhythmOf(
  { everyMinutes, everyMinutesWithout, onDemand, partOf }: JobEntry,
  settings: Deciding,
): { readonly everyMinutes: number; readonly isOff: boolean } {
  const isOn = isNeeded(settings, partOf);
  if (isOn || everyMinutesWithout === undefined) return { everyMinutes, isOff: !isOn || onDemand === true };
  return { everyMinutes: everyMinutesWithout, isOff: false };
}

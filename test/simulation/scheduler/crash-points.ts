import type { Fate } from "./scheduler.ts";

/** Calls beyond so many of one name are one place: loops have no end of places. */
const MOST_TOLD_APART = 3;

const moments = ["before", "after"] as const;

/** Where actors could be killed, and where they were: before and after each call of each operation. */
export class CrashPoints {
  readonly #seen = new Map<string, Set<string>>();
  readonly #crashed = new Set<string>();

  saw(operation: string, place: string, fate: Fate): void {
    const [call, count] = place.split("#");
    const point = `${call}#${Math.min(Number(count), MOST_TOLD_APART)}`;
    const points = this.#seen.get(operation) ?? new Set<string>();
    this.#seen.set(operation, points.add(point));
    // On its way is both: it was not made when the actor was killed, and it is made.
    if (fate === "killed before" || fate === "killed on its way")
      this.#crashed.add(`${operation} ${point} before`);
    if (fate === "killed after") this.#crashed.add(`${operation} ${point} after`);
  }

  /** By operation: how many there are, how many were crashed at, and which were not. */
  report(): { operation: string; points: number; crashed: number; missing: string[] }[] {
    return [...this.#seen]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([operation, seen]) => {
        const all = [...seen].sort().flatMap((point) => moments.map((moment) => `${point} ${moment}`));
        const missing = all.filter((point) => !this.#crashed.has(`${operation} ${point}`));
        return { operation, points: all.length, crashed: all.length - missing.length, missing };
      });
  }
}

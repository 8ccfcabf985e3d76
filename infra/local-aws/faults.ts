/** What the fault mode is told, as plain data, so that it can cross into a worker thread. */
export interface FaultPlan {
  /** The same seed gives the same decisions for the same order of calls. */
  readonly seed: number;
  /** Probability from 0 to 1 that a call meets one of the faults that fit it. */
  readonly rate: number;
  /** `service:Operation:before|after[:n]`: SIGKILL of the whole runtime at the n-th such call (default the first). */
  readonly crashAt?: string;
}

export const noFaults: FaultPlan = { seed: 0, rate: 0 };

/** AWS's bad days for one service. One instance a service; its decisions are a seeded sequence. */
export interface Faults {
  /** One of `kinds`, chosen with the plan's rate, or undefined: no fault for this call. */
  pick<Kind extends string>(kinds: readonly Kind[]): Kind | undefined;
  /** A number from 0 (inclusive) to 1 out of the same seeded sequence. */
  random(): number;
  /** Ends the process with SIGKILL when the plan's `crashAt` names this point. */
  crashPoint(operation: string, moment: "before" | "after"): void;
}

export function createFaults(service: string, plan: FaultPlan): Faults {
  const random = mulberry32(plan.seed ^ hash(service));
  const seen = new Map<string, number>();
  return {
    random,
    pick: (kinds) => {
      if (plan.rate === 0 || kinds.length === 0 || random() >= plan.rate) return undefined;
      return kinds[Math.floor(random() * kinds.length)];
    },
    crashPoint: (operation, moment) => {
      if (plan.crashAt === undefined) return;
      const [wantedService, wantedOperation, wantedMoment, nth = "1"] = plan.crashAt.split(":");
      if (service !== wantedService || operation !== wantedOperation || moment !== wantedMoment) return;
      const count = (seen.get(operation) ?? 0) + 1;
      seen.set(operation, count);
      if (count === Number(nth)) process.kill(process.pid, "SIGKILL");
    },
  };
}

// A small seeded generator (mulberry32): Math.random cannot be seeded.
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const hash = (text: string): number =>
  [...text].reduce((sum, character) => Math.imul(sum ^ character.charCodeAt(0), 0x01000193), 0x811c9dc5);

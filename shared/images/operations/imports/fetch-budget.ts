import { setTimeout as sleep } from "node:timers/promises";

/** The run has no time left for the part in hand; the next one fetches it. */
export class OutOfTime extends Error {}

/** Another run may have the task in hand by now: nothing that this one has may be stored any more. */
export class HoldLost extends Error {}

/** What a run may take of a source. */
export interface FetchBudget {
  /** Whether another part may be begun. */
  readonly hasTime: () => boolean;
  /** Most bytes a second at this moment, over all connections of the run; 0: as many as come. */
  readonly bytesPerSecond: () => number;
  /** How long a part that was begun in time may go on after that. */
  readonly graceMs?: number;
  /**
   * Called now and then while bytes come, with how many are there, for the run to show that it lives. False: it must end
   * as if its time were over. What it throws ends the run.
   */
  readonly keepAlive?: (bytes: number) => Promise<boolean>;
  /** Whether the task is surely in this run's hands yet. */
  readonly isOurs?: () => boolean;
}

/** Within what the function keeps back for its end: functions/workers/fetch.ts. */
const GRACE_MS = 60_000;
const ALIVE_EVERY_MS = 10_000;

/** Lets bytes through, as fast as the budget allows, whatever connection they come by. */
export interface FetchPace {
  readonly hasTime: () => boolean;
  /** Throws OutOfTime when the run must end, and HoldLost. */
  readonly taken: (bytes: number) => Promise<void>;
  /** Asked before anything is stored. Throws HoldLost. */
  readonly requireOurs: () => void;
  /** So many are there from earlier runs. */
  readonly found: (bytes: number) => void;
  /** Bytes of this run. */
  readonly bytes: () => number;
}

/** One pace for all connections of a run. */
export function paceOf(budget: FetchBudget): FetchPace {
  const { bytesPerSecond, graceMs = GRACE_MS, keepAlive = async () => true, isOurs = () => true } = budget;
  let total = 0;
  let before = 0;
  /** Until when what was taken already suffices. */
  let until = 0;
  let lateSince: number | undefined;
  let aliveAt = performance.now();
  let isKept = true;
  const hasTime = () => isKept && budget.hasTime();
  const requireOurs = () => {
    if (!isOurs()) throw new HoldLost();
  };
  return {
    hasTime,
    requireOurs,
    bytes: () => total,
    found: (bytes) => {
      before += bytes;
    },
    taken: async (bytes) => {
      total += bytes;
      const now = performance.now();
      if (now - aliveAt > ALIVE_EVERY_MS) {
        aliveAt = now;
        isKept = await keepAlive(before + total);
      }
      requireOurs();
      if (!hasTime()) {
        lateSince ??= now;
        if (now - lateSince > graceMs) throw new OutOfTime();
      }
      const rate = bytesPerSecond();
      if (rate === 0) return;
      until = Math.max(until, now) + (bytes / rate) * 1000;
      if (until - now > 10) await sleep(until - now);
    },
  };
}

import { drawHistory, type History } from "./history/run.ts";
import { CrashPoints } from "./scheduler/crash-points.ts";

export interface Exploration {
  readonly histories: number;
  readonly events: number;
  /** Of this process's processor time. */
  readonly cpuSeconds: number;
  readonly points: CrashPoints;
  /** The first history in which something was wrong. */
  readonly found: History | undefined;
  /** A number of all that happened. */
  readonly trace: number;
}

/** Tells the histories of one seed after the other, until one is wrong, or it is enough. */
export async function explore(from: number, isEnough: (histories: number) => boolean): Promise<Exploration> {
  const points = new CrashPoints();
  const began = process.cpuUsage();
  let [histories, events, trace] = [0, 0, 0];
  let found: History | undefined;
  while (!found && !isEnough(histories)) {
    const history = await drawHistory(from + histories, points);
    histories++;
    events += history.events.length;
    trace = (Math.imul(trace, 31) + history.trace) >>> 0;
    if (history.violation) found = history;
  }
  const { user, system } = process.cpuUsage(began);
  return { histories, events, cpuSeconds: (user + system) / 1e6, points, found, trace };
}

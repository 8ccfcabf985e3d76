import { CrashPoints } from "../scheduler/crash-points.ts";
import type { Event } from "./events.ts";
import { type History, replay } from "./run.ts";

/** So many shorter histories are tried: some seconds. A number, and no time, so that a seed always ends the same. */
const MOST_TRIES = 600;

const undisturbed = (event: Event): Event | undefined => {
  if (event.do === "run" && event.fate !== "made") return { ...event, fate: "made" };
  if (event.do === "deliver" && event.again) return { ...event, again: false };
  return undefined;
};

/** The shortest history that it can find in which the same rule is broken: without clients, events and disturbances. */
export async function shrink(found: History): Promise<History> {
  let best = found;
  let tries = 0;
  const isBetter = async (candidate: Pick<History, "cast" | "events">): Promise<boolean> => {
    if (tries >= MOST_TRIES) return false;
    tries++;
    const history = await replay(candidate, new CrashPoints());
    if (history.violation?.rule !== found.violation?.rule) return false;
    best = history;
    return true;
  };

  for (let before = Number.POSITIVE_INFINITY; before > best.events.length && tries < MOST_TRIES; ) {
    before = best.events.length;
    for (const { name } of best.cast.clients) {
      const clients = best.cast.clients.filter((client) => client.name !== name);
      await isBetter({ cast: { ...best.cast, clients }, events: best.events });
    }
    for (let size = Math.max(1, best.events.length >> 1); size >= 1; size >>= 1)
      for (let at = best.events.length - size; at >= 0 && tries < MOST_TRIES; at -= size)
        await isBetter({ cast: best.cast, events: best.events.toSpliced(at, size) });
    for (let at = best.events.length - 1; at >= 0; at--) {
      const event = best.events[at];
      const simpler = event && undisturbed(event);
      if (simpler) await isBetter({ cast: best.cast, events: best.events.with(at, simpler) });
    }
  }
  return best;
}

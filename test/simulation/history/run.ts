import type { CrashPoints } from "../scheduler/crash-points.ts";
import { type Cast, castOf } from "./cast.ts";
import { Chance } from "./draw.ts";
import type { Event } from "./events.ts";
import { numberOf } from "./random.ts";
import { settle } from "./settle.ts";
import { Simulation, type Violation } from "./simulation.ts";

export interface History {
  readonly cast: Cast;
  readonly events: readonly Event[];
  readonly violation: Violation | undefined;
  /** Of all that happened, and of what was left at the end. */
  readonly trace: number;
}

/** Whatever is under way when a history is told comes to its end undisturbed. */
const MOST_LAST_STEPS = 2000;

async function finish(simulation: Simulation): Promise<void> {
  for (let steps = 0; steps < MOST_LAST_STEPS && !simulation.violation; steps++) {
    const actor = [...simulation.scheduler.actors.values()].find(({ parked }) => parked.length > 0);
    if (!actor) return;
    await simulation.apply({ do: "run", actor: actor.name, branch: 0, fate: "made" });
  }
  if (!simulation.violation) simulation.scene.violate("never-silent", "an actor goes on for ever");
}

async function play(
  cast: Cast,
  points: CrashPoints,
  next: (simulation: Simulation) => () => Event | undefined,
  tell?: (text: string) => void,
): Promise<History> {
  const simulation = await Simulation.open(cast, points);
  const events: Event[] = [];
  try {
    simulation.tell = tell;
    const draw = next(simulation);
    while (!simulation.violation) {
      const event = draw();
      if (!event) break;
      if (await simulation.apply(event)) events.push(event);
    }
    if (!simulation.violation) await finish(simulation);
    if (!simulation.violation) await settle(simulation);
    const { images, transfers } = simulation.world.metadata;
    const trace = numberOf(JSON.stringify([[...images], [...transfers]]), simulation.trace);
    return { cast, events, violation: simulation.violation, trace };
  } finally {
    simulation.close();
  }
}

/** The history of a seed. */
export const drawHistory = (seed: number, points: CrashPoints): Promise<History> =>
  play(castOf(seed), points, (simulation) => {
    const chance = new Chance(simulation);
    return () => chance.next();
  });

/** The same events once more, or some of them: what cannot happen without the others is passed over. */
export const replay = (
  { cast, events }: Pick<History, "cast" | "events">,
  points: CrashPoints,
  tell?: (text: string) => void,
): Promise<History> =>
  play(
    cast,
    points,
    () => {
      const left = events[Symbol.iterator]();
      return () => left.next().value as Event | undefined;
    },
    tell,
  );

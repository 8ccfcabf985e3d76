import type { Slot } from "../oracle/slot.ts";
import { Violation } from "../oracle/violation.ts";
import { fireJob } from "../steps/job.ts";
import { metadefs } from "../steps/metadefs.ts";
import type { World } from "../world.ts";
import { drawFrom, type Random, seedOf } from "./random.ts";
import { drawStep, stepNamed } from "./steps.ts";

const LANES = 6;

export interface Plan {
  readonly seed: number;
  /** Numbers of the steps, in order. Each draws what it does from the seed and its number. */
  readonly steps: Iterable<number>;
  readonly isOver: () => boolean;
  /** Told the number of each step before it is taken. */
  readonly onStep: (step: number) => void;
}

/** Takes step after step, some at a time, until the time is over or something is wrong. */
export async function runPlan(world: World, { seed, steps, isOver, onStep }: Plan): Promise<void> {
  const numbers = steps[Symbol.iterator]();
  let isBroken = false;
  const lane = async () => {
    while (!isOver() && !isBroken) {
      const next = numbers.next();
      if (next.done) return;
      onStep(next.value);
      try {
        await takeStep(world, drawFrom(seedOf(seed, next.value)));
      } catch (error) {
        isBroken = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
  const failures = lanes.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  const first = failures.find((failure) => failure instanceof Violation) ?? failures[0];
  if (first !== undefined) throw first;
}

async function takeStep(world: World, random: Random): Promise<void> {
  const kind = random.weighed({ image: 84, metadefs: 6, job: 10 });
  if (kind === "metadefs") return counted(world, kind, () => metadefs(world, random));
  if (kind === "job") return counted(world, kind, () => fireJob(world, random));
  const n = random.below(world.slots.length);
  await slotOf(world, n).alone((slot) => stepOn(world, random, slot));
}

function slotOf(world: World, n: number): Slot {
  const slot = world.slots[n];
  if (!slot) throw new Error(`there is no slot ${n}`);
  return slot;
}

async function stepOn(world: World, random: Random, slot: Slot): Promise<void> {
  // Somebody who was before us has made room for another image.
  if (world.slots[slot.n] !== slot) return;
  const name = drawStep(slot, random);
  if (name === "create" && slot.id !== "") {
    world.bury(slot);
    return slotOf(world, slot.n).alone((next) => stepOn(world, random, next));
  }
  const { front, gateway, other } = world.service;
  await world.service.untilUp();
  const base = random.pick([front, front, other.url, other.url, gateway]);
  const owner = world.people[slot.owner];
  await counted(world, name, () => stepNamed(name)({ world, random, slot, owner, base }));
}

async function counted(world: World, what: string, work: () => Promise<void>): Promise<void> {
  world.count(what);
  await work();
}

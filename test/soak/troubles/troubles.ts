import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Violation } from "../oracle/violation.ts";
import { drawFrom, type Random, seedOf } from "../plan/random.ts";
import type { World } from "../world.ts";
import { restart } from "./restart.ts";

const HOUR = 3_600_000;
/** All jumps of a run come to less than the grace of orphans. */
const MOST_JUMPS_MS = 6 * 24 * HOUR;
/** A runtime gives its ingress up that dies five times without having lived for a minute. */
const INGRESS_REST_MS = 61_000;

let ingressKilledAt = 0;

const troubles: Readonly<Record<string, (world: World, random: Random) => Promise<unknown>>> = {
  "kill -9 of the runtime": async (world, random) => {
    await world.service.end("kill");
    await restart(world, random);
  },
  "stop of the runtime": async (world, random) => {
    await world.service.end("stop");
    await restart(world, random);
  },
  "kill -9 of the ingress": async (world) => {
    if (Date.now() - ingressKilledAt < INGRESS_REST_MS) return false;
    ingressKilledAt = Date.now();
    return world.service.killIngress();
  },
  "kill -9 of the other ingress": async ({ service }) => {
    await service.other.kill();
    await service.other.start(service.gateway);
  },
  "end of a function": async (world, random) => {
    const { ended } = await world.service.order("end", { draw: random.next() });
    world.tell(`ended an instance of ${ended}`);
  },
  "slow bucket": (world, random) => storeTrouble(world, random, { delayMs: 200 + random.below(9000) }),
  "bucket down": (world, random) => storeTrouble(world, random, { delayMs: -1 }),
  "full disk": async ({ service }, random) => {
    if (!service.disk.isOwn) return false;
    service.disk.fill();
    await sleep(1000 + random.below(5000));
    service.disk.empty();
  },
  "clock jump": async ({ service }, random) => {
    const by = random.pick([60_000, HOUR, 3 * HOUR, 25 * HOUR]);
    if (service.offset + by >= MOST_JUMPS_MS) return false;
    return service.jump(by);
  },
  "source that breaks off": async ({ source }, random) => {
    source.breaksEach = 1 + random.below(4);
    await sleep(1000 + random.below(5000));
    source.breaksEach = 0;
  },
};

const weights: Readonly<Record<string, number>> = {
  ...{ "kill -9 of the runtime": 5, "stop of the runtime": 1, "kill -9 of the ingress": 4 },
  ...{ "kill -9 of the other ingress": 4, "end of a function": 12, "slow bucket": 3, "bucket down": 3 },
  ...{ "full disk": 2, "clock jump": 3, "source that breaks off": 3 },
};

async function storeTrouble({ service }: World, random: Random, how: object): Promise<void> {
  const buckets = readdirSync(join(service.home, "s3"));
  await service.order("store", { bucket: random.pick(buckets), ...how });
  await sleep(1000 + random.below(6000));
  await service.order("store", {});
}

/** One trouble after the other, each with a pause before it, until the time is over. */
export async function makeTrouble(world: World, seed: number, isOver: () => boolean): Promise<void> {
  for (let n = 0; !isOver(); n++) {
    const random = drawFrom(seedOf(~seed, n));
    const until = performance.now() + 500 + random.below(7000);
    while (performance.now() < until && !isOver()) await sleep(100);
    if (isOver()) return;
    const name = random.weighed(weights);
    world.tell(`── ${name}`);
    try {
      const made = await troubles[name]?.(world, random);
      if (made !== false) world.count(name);
    } catch (error) {
      if (error instanceof Violation) throw error;
      // The runtime may end by itself meanwhile, at a crash point.
      world.tell(`── not ${name}: ${(error as Error).message}`);
    }
  }
}

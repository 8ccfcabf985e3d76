import type { Actor } from "../scheduler/actor.ts";
import { type JobName, jobNames } from "../world/jobs.ts";
import type { World } from "../world/world.ts";
import type { Event } from "./events.ts";
import { Random } from "./random.ts";
import type { Simulation } from "./simulation.ts";

/** Longer ones find no more: what matters happens between few. */
const MOST_EVENTS = 400;
const pauses = [1, 26, 31, 61, 95, 310, 1100, 3700, 93_600, 700_000, 2_600_000] as const;

/** Those that change images as these stand come more often than those that only look. */
function jobsFor({ metadata, config }: World, isRace: boolean): readonly [JobName, ...JobName[]] {
  const has = (wanted: string) => [...metadata.images.values()].some(({ status }) => status === wanted);
  const scrubber: JobName[] = has("pending_delete") ? ["scrubber", "scrubber", "scrubber", "scrubber"] : [];
  const purge: JobName[] = has("deleted") ? ["purge", "purge", "purge"] : [];
  const all = jobNames.filter((name) => config.hasStores || !/^(cache-|copies)/.test(name));
  if (isRace && (scrubber.length > 0 || purge.length > 0)) return ["reaper", ...scrubber, ...purge];
  return ["reaper", "reaper", ...all, ...scrubber, ...purge];
}

type Ready = Pick<Actor, "name" | "parked">;

/** Decides by the seed what happens next; undefined at the end. */
export class Chance {
  readonly #random: Random;
  readonly #simulation: Simulation;
  #last = "";
  readonly #ranks = new Map<string, number>();
  #lowest = 0;
  #jobs: number;
  #pauses: number;
  #damages: number;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    const { seed, jobs, pauses, damages } = simulation.cast;
    this.#random = new Random(seed ^ 0x5bd1e995);
    this.#jobs = jobs;
    this.#pauses = pauses;
    this.#damages = damages;
  }

  next(): Event | undefined {
    const random = this.#random;
    const { scheduler, waiting, steps, world } = this.#simulation;
    if (steps >= MOST_EVENTS) return undefined;
    const ready = [...scheduler.actors.values()].filter(({ parked }) => parked.length > 0);
    const isIdle = ready.length === 0;
    const client = [...waiting.keys()][0];
    const { isRace } = this.#simulation.cast;
    if (client !== undefined && (isRace || isIdle || random.chance(0.12))) return { do: "start", client };
    if (scheduler.late.length > 0 && random.chance(0.1))
      return { do: "land", at: random.below(scheduler.late.length) };
    const message = this.#message(isIdle ? 0.8 : 0.1);
    if (message) return message;
    if (this.#jobs > 0 && random.chance(isRace ? 0.7 : isIdle ? 0.5 : 0.03)) {
      const count = --this.#jobs;
      return { do: "job", job: random.of(jobsFor(world, isRace)), count, pieces: this.#pieces() };
    }
    if (this.#pauses > 0 && random.chance(isIdle ? 0.5 : 0.02)) {
      this.#pauses--;
      return { do: "pass", seconds: random.of(pauses) };
    }
    if (this.#damages > 0 && random.chance(isIdle ? 0.4 : 0.02)) {
      this.#damages--;
      const [store = "s3"] = [...world.places.keys()].slice(
        -1 - random.below(Math.min(2, world.places.size)),
      );
      return { do: "damage", store, at: random.below(3), isLost: random.chance(0.5) };
    }
    if (!isIdle) return this.#run(ready);
    if (this.#jobs > 0 || this.#pauses > 0) return this.next();
    return undefined;
  }

  #pieces(): number {
    return this.#random.chance(0.75) ? 1000 : this.#random.below(4);
  }

  #message(share: number): Event | undefined {
    const random = this.#random;
    const { world, scheduler } = this.#simulation;
    const there = world.messages.filter(({ visibleAt }) => visibleAt <= scheduler.now);
    const message = there[random.below(Math.max(1, there.length))];
    if (!message || !random.chance(message.kind === "notify" ? share / 5 : share)) return undefined;
    if (random.chance(0.06)) return { do: "lose", message: message.name };
    const again = random.chance(0.1);
    return { do: "deliver", message: message.name, again, pieces: this.#pieces() };
  }

  /** Mostly the one that was at work. */
  #any(ready: readonly Ready[]): Ready | undefined {
    const same = ready.find(({ name }) => name === this.#last);
    if (same && !this.#random.chance(this.#simulation.cast.switching)) return same;
    return ready[this.#random.below(ready.length)];
  }

  /** The first in an order that is drawn; now and then whoever is at work becomes the last. */
  #first(ready: readonly Ready[]): Ready | undefined {
    for (const { name } of ready) if (!this.#ranks.has(name)) this.#ranks.set(name, this.#random.next());
    const rank = ({ name }: Ready) => this.#ranks.get(name) ?? 0;
    if (this.#random.chance(this.#simulation.cast.switching / 3)) this.#ranks.set(this.#last, --this.#lowest);
    return ready.toSorted((one, other) => rank(other) - rank(one))[0];
  }

  #run(ready: readonly Ready[]): Event {
    const random = this.#random;
    const { killing, failing, byRank } = this.#simulation.cast;
    const { name = "", parked = [] } = (byRank ? this.#first(ready) : this.#any(ready)) ?? {};
    this.#last = name;
    const branch = random.below(parked.length);
    const fate = random.chance(killing)
      ? random.of(["killed before", "killed after", "killed after", "killed on its way"] as const)
      : random.chance(failing)
        ? random.of(["failed before", "failed after"] as const)
        : "made";
    return { do: "run", actor: name, branch, fate };
  }
}

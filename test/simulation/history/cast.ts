import { drawScript, type Script } from "../clients/scripts.ts";
import { type Config, drawConfig } from "../world/config.ts";
import { Random } from "./random.ts";

/** A client of a history: what it does, and with which image. */
export interface Client {
  readonly name: string;
  readonly script: Script;
  readonly image: number;
}

/** Who takes part in a history, and how wild it is. All of it follows from the seed. */
export interface Cast {
  readonly seed: number;
  readonly config: Config;
  readonly clients: readonly Client[];
  /** All begin at once, and nothing comes before: what races is found so. */
  readonly isRace: boolean;
  /** Who goes on is whoever comes first in an order that changes now and then, so that some stand still for long. */
  readonly byRank: boolean;
  /** Shares of 1: how often another goes on, a call's actor is killed, a call fails. */
  readonly switching: number;
  readonly killing: number;
  readonly failing: number;
  readonly jobs: number;
  readonly pauses: number;
  /** Objects that stores lose or spoil. */
  readonly damages: number;
}

export const imageIds = [
  "00000000-0000-4000-8000-00000000000a",
  "00000000-0000-4000-8000-00000000000b",
] as const;

export function castOf(seed: number): Cast {
  const random = new Random(seed);
  const config = drawConfig(random);
  const isRace = random.chance(0.5);
  const count = isRace ? 1 + random.below(3) : 2 + random.below(5);
  const clients = Array.from({ length: count }, (_, at): Client => {
    const image = at === 0 || random.chance(0.75) ? 0 : random.below(config.images.length);
    return { name: `c${at}`, script: drawScript(random, config, at), image };
  });
  return {
    ...{ seed, config, clients, isRace },
    byRank: random.chance(0.5),
    switching: random.of([0.05, 0.2, 0.4, 0.7]),
    killing: random.of([0, 0.02, 0.05, 0.1]),
    failing: random.of([0, 0, 0, 0.01, 0.05]),
    jobs: random.below(isRace ? 3 : 6),
    damages: random.of([0, 0, 0, 0, 0, 1, 1, 2]),
    pauses: random.below(isRace ? 2 : 6),
  };
}

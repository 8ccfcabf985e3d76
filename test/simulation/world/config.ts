import type { Random } from "../history/random.ts";

export type Beginning = "absent" | "queued" | "active" | "stated" | "waiting" | "deleted" | "registered";

/** What a history begins with, by its seed. */
export interface Config {
  readonly delayedDelete: boolean;
  /** Several stores with copies in each, and one of data at other hosts; else the one bucket. */
  readonly hasStores: boolean;
  /** Whether hashes that the uploader states make an image active before its bytes are read. */
  readonly trustsStated: boolean;
  /** Stores of one kind copy among themselves. */
  readonly copiesInside: boolean;
  /** For how long they have stood so, in seconds: scrubs, purges, orphans become due. */
  readonly age: number;
  /** How the images stand. */
  readonly images: readonly Beginning[];
}

const DAY = 86_400;
const beginnings: readonly [Beginning, ...Beginning[]] = [
  ...["queued", "queued", "queued", "active", "active"],
  ...["stated", "waiting", "waiting", "deleted", "deleted", "absent", "registered"],
] as [Beginning, ...Beginning[]];

export function drawConfig(random: Random): Config {
  const beginning = () => random.of(beginnings);
  const images = random.chance(0.6) ? [beginning()] : [beginning(), beginning()];
  const isWaiting = images[0] === "waiting";
  return {
    images,
    delayedDelete: isWaiting || random.chance(0.4),
    hasStores: images.includes("registered") || random.chance(0.4),
    trustsStated: random.chance(0.75),
    copiesInside: random.chance(0.5),
    age: isWaiting && random.chance(0.6) ? 2000 : random.of([0, 0, 400, 2000, 6 * DAY, 8 * DAY]),
  };
}

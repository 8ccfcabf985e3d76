import { randomFrom } from "../../model/images/catalogue/random.ts";

export type Random = ReturnType<typeof drawFrom>;

/** A number of two: each step of a run draws from a sequence of its own, whatever others draw. */
export const seedOf = (seed: number, index: number): number =>
  (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)) >>> 0;

/** Choices out of a seed. */
export function drawFrom(seed: number) {
  const { below, pick } = randomFrom(seed);
  const next = () => below(2 ** 30) / 2 ** 30;
  return {
    below,
    pick,
    next,
    chance: (share: number) => next() < share,
    /** One of several by their weights. */
    weighed: <Kind extends string>(weights: Readonly<Record<Kind, number>>): Kind => {
      const entries = Object.entries<number>(weights) as [Kind, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [kind, weight] of entries) {
        left -= weight;
        if (left < 0) return kind;
      }
      return (entries.at(-1) as [Kind, number])[0];
    },
  };
}

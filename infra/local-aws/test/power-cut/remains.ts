import { createHash } from "node:crypto";
import type { Remains } from "./disk-after.ts";

/** Numbers from 0 to 1, the same for the same words (mulberry32). */
export function numbersFrom(...words: readonly (string | number)[]): () => number {
  let state = createHash("sha256").update(words.join(" ")).digest().readUInt32BE();
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

const whole = (bytes: Buffer): Buffer => bytes;

/** Of what nobody forced nothing is there. */
const nothing = (): Remains => ({ keeps: () => false, forgets: () => false, torn: whole });

/** All that came before some moment is there, and nothing since, as on a file system with one journal. */
function upToAMoment(random: () => number, count: number): Remains {
  const moment = Math.floor(random() * (count + 1));
  const isBefore = (step: number) => step < moment;
  return { keeps: isBefore, forgets: isBefore, torn: whole };
}

/** Each change is there or not, whatever the others; of a write its beginning, its end behind zeros, or zeros alone. */
function anything(random: () => number): Remains {
  const chances = new Map<string, number>();
  // Asked twice, the same.
  const drawn = (what: string) => {
    const chance = chances.get(what) ?? random();
    chances.set(what, chance);
    return chance < 0.5;
  };
  const torn = (bytes: Buffer): Buffer => {
    const [way, at] = [random(), Math.floor(random() * bytes.length)];
    if (way < 0.4) return bytes;
    if (way < 0.6) return bytes.subarray(0, at);
    if (way < 0.8) return Buffer.concat([Buffer.alloc(at), bytes.subarray(at)]);
    return Buffer.alloc(bytes.length);
  };
  return { keeps: (step) => drawn(`keeps ${step}`), forgets: (step) => drawn(`forgets ${step}`), torn };
}

export interface WayToRemain {
  readonly name: string;
  /** How often it is drawn after each step. */
  readonly draws: number;
  readonly draw: (random: () => number, count: number) => Remains;
}

export const waysToRemain: readonly WayToRemain[] = [
  { name: "nothing", draws: 1, draw: nothing },
  { name: "up to a moment", draws: 2, draw: upToAMoment },
  { name: "anything", draws: 6, draw: anything },
];

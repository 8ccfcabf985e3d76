import { createHash } from "node:crypto";
import { diskAfter, type Tree } from "./disk-after.ts";
import type { Step } from "./journal.ts";
import { numbersFrom, waysToRemain } from "./remains.ts";
import type { Timeline } from "./timeline.ts";

/** What a power cut may leave. */
export interface State {
  readonly tree: Tree;
  /** Steps of the work that were done before the power went for the first time. */
  readonly count: number;
  /** How it came about, in words. */
  readonly story: string;
}

function hashOf(tree: Tree): string {
  const hash = createHash("sha256");
  for (const [entry, content] of [...tree].sort(([one], [other]) => (one < other ? -1 : 1)))
    hash
      .update(JSON.stringify([entry, Buffer.isBuffer(content)]))
      .update(Buffer.isBuffer(content) ? createHash("sha256").update(content).digest() : hashOf(content));
  return hash.digest("hex");
}

export interface Cuts {
  readonly steps: readonly Step[];
  /** The power does not go before so many of them. */
  readonly first: number;
  /** Steps of the work that were done when so many of these are. */
  readonly workedSteps: (count: number) => number;
  readonly story: string;
}

/** The states that a power cut may leave after each of these steps, drawn; equal ones once. */
export function statesAfter(
  { steps, first, workedSteps, story }: Cuts,
  { seed, timeline }: { readonly seed: number; readonly timeline: Timeline },
): readonly State[] {
  const states = new Map<string, State>();
  for (let done = first; done <= steps.length; done++) {
    const count = workedSteps(done);
    const allowed = timeline.subjects.map((subject) => timeline.allowed(subject, count) ?? null);
    for (const { name: way, draws, draw } of waysToRemain)
      for (let at = 0; at < draws; at++) {
        const tree = diskAfter(steps, done, draw(numbersFrom(seed, story, way, done, at), done));
        const after = `${story} ${done} steps (${steps[done - 1]?.kind}), ${way}`;
        states.set(`${hashOf(tree)} ${JSON.stringify(allowed)}`, { tree, count, story: after });
      }
  }
  return [...states.values()];
}

/** So many of them, drawn. */
export function someOf<One>(
  all: readonly One[],
  most: number,
  ...words: readonly (string | number)[]
): One[] {
  const random = numbersFrom(...words);
  return all
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, most)
    .map(({ one }) => one);
}

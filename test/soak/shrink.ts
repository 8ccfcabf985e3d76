import { rangesOf } from "./plan/step-ranges.ts";
import { type RunOptions, type RunResult, run } from "./run.ts";

export interface Shrunk {
  readonly steps: readonly number[];
  readonly result: RunResult;
  readonly runs: number;
}

/**
 * Leaves out halves of the steps, then quarters and so on, as long as the same rule is broken without them. What depends on
 * timing may not come again: then less is left out. Begins no run after `seconds`.
 */
export async function shrink(
  { seed, seconds, isTroubled, signal }: RunOptions,
  found: RunResult,
  boundSeconds: number,
  tell: (line: string) => void,
): Promise<Shrunk> {
  const until = performance.now() + boundSeconds * 1000;
  const rule = found.violation?.rule;
  let best: Shrunk = {
    steps: found.taken,
    result: found,
    runs: 0,
  };
  let runs = 0;
  for (let parts = 2; parts <= best.steps.length; ) {
    const length = Math.ceil(best.steps.length / parts);
    let isShorter = false;
    for (let at = 0; at < best.steps.length && !isShorter; at += length) {
      if (performance.now() >= until || signal.aborted) return { ...best, runs };
      const steps = best.steps.toSpliced(at, length);
      runs++;
      const result = await run({ seed, seconds, isTroubled, signal, steps });
      isShorter = result.violation?.rule === rule;
      tell(
        `without ${rangesOf(best.steps.slice(at, at + length))}: ${result.violation?.rule ?? "nothing wrong"}`,
      );
      if (isShorter) best = { steps, result, runs };
    }
    parts = isShorter ? Math.max(2, parts - 1) : parts * 2;
  }
  return { ...best, runs };
}

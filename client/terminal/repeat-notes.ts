import { explain } from "./explain.ts";

/** Several parts fail together: one line says enough. */
const QUIET_MS = 1000;

/** Says why something is tried again, and how often it was, a line a second at most. */
export function repeatNotes(note: (line: string) => void, now: () => number = () => performance.now()) {
  let last = Number.NEGATIVE_INFINITY;
  return (error: unknown, next: number, attempts: number): void => {
    if (now() - last < QUIET_MS) return;
    last = now();
    note(`${explain(error).message}, trying again, ${next} of ${attempts}`);
  };
}

import type { RunResult } from "./run.ts";

/** What was done and what was wrong, in lines; those that matter most at the end. */
export function report({ world, taken, violation }: RunResult): string {
  const counts = [...world.counts].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return [
    ...(violation ? ["its history:", ...violation.history] : []),
    ...counts.map(([what, count]) => `${String(count).padStart(8)}  ${what}`),
    `${String(taken.length).padStart(8)}  steps in all, ${world.graves.length + world.slots.length} images`,
    `${String(Math.round(world.bytes / 1e6)).padStart(8)}  MB of images sent and read`,
    `${violation ? 1 : 0} violations`,
    ...(violation ? [`VIOLATION ${violation.message}`] : []),
  ].join("\n");
}

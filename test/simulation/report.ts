import type { Exploration } from "./explore.ts";
import { type History, replay } from "./history/run.ts";
import { shrink } from "./history/shrink.ts";
import { CrashPoints } from "./scheduler/crash-points.ts";

const percent = (part: number, whole: number): string =>
  `${whole === 0 ? 0 : Math.round((part / whole) * 100)} %`;

/** Which places actors were killed at, an operation a line, with the first few at which none was. */
export function crashLines(points: CrashPoints): string[] {
  const report = points.report();
  const sum = (figure: "points" | "crashed") => report.reduce((total, one) => total + one[figure], 0);
  return [
    `crash points: ${sum("crashed")} of ${sum("points")} (${percent(sum("crashed"), sum("points"))})`,
    ...report.map(({ operation, points: all, crashed, missing }) => {
      const few = missing.slice(0, 3).join(", ");
      const rest = missing.length > 3 ? `, and ${missing.length - 3} more` : "";
      return `  ${operation}: ${crashed} of ${all}${few && `; not ${few}${rest}`}`;
    }),
  ];
}

export const summaryLine = ({ histories, events, cpuSeconds, found }: Exploration): string =>
  `${histories} histories of ${Math.round(events / Math.max(1, histories))} events, ` +
  `${cpuSeconds.toFixed(1)} s of processor time, violations: ${found ? 1 : 0}`;

/** All that happened in a history, line by line. */
export async function told(history: Pick<History, "cast" | "events">): Promise<string[]> {
  const lines: string[] = [];
  await replay(history, new CrashPoints(), (text) => lines.push(`  ${text}`));
  return lines;
}

/** What was wrong, in the shortest history that shows it, and how to see it again. */
export async function violationLines(found: History): Promise<string[]> {
  const shortest = await shrink(found);
  const { config, clients, seed } = shortest.cast;
  const { rule, text } = shortest.violation ?? { rule: "none", text: "" };
  return [
    `VIOLATION of ${rule}: ${text}`,
    `the shortest history found, ${shortest.events.length} of ${found.events.length} events:`,
    `  begins with ${JSON.stringify(config)}, clients ${clients.map(({ name, script }) => `${name} ${script}`).join(", ") || "none"}`,
    ...(await told(shortest)),
    "  and then days in which only workers and jobs are at work",
    `run it again: npm run simulate -- --seed ${seed}`,
  ];
}

import { parseArgs } from "node:util";
import { explore } from "./explore.ts";
import { drawHistory } from "./history/run.ts";
import { crashLines, summaryLine, told, violationLines } from "./report.ts";
import { CrashPoints } from "./scheduler/crash-points.ts";

/**
 * npm run simulate                         10,000 histories from seed 1 on
 * npm run simulate -- --seconds 60         as many as a minute takes; --from N: from this seed on; --count N: so many
 * npm run simulate -- --seed N             the history of one seed, told; what is wrong in it made as short as it can be
 *
 * Ends with 1 as soon as something is wrong.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    from: { type: "string", default: "1" },
    count: { type: "string" },
    seconds: { type: "string" },
  },
});

function whole(name: keyof typeof values): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  console.error(`--${name} takes a whole number, not '${text}'`);
  process.exit(2);
}

const say = (lines: readonly string[]) => console.log(lines.join("\n"));
const [seed, from = 1, count, seconds] = [whole("seed"), whole("from"), whole("count"), whole("seconds")];

if (seed !== undefined) {
  const history = await drawHistory(seed, new CrashPoints());
  if (history.violation) say(await violationLines(history));
  else
    say([
      `seed ${seed}, ${JSON.stringify(history.cast.config)}:`,
      ...(await told(history)),
      "nothing is wrong",
    ]);
  process.exitCode = history.violation ? 1 : 0;
} else {
  const most = count ?? (seconds === undefined ? 10_000 : Number.POSITIVE_INFINITY);
  const until = performance.now() + (seconds ?? Number.POSITIVE_INFINITY) * 1000;
  const exploration = await explore(from, (histories) => histories >= most || performance.now() >= until);
  if (exploration.found) say(await violationLines(exploration.found));
  say([...crashLines(exploration.points), summaryLine(exploration)]);
  process.exitCode = exploration.found ? 1 : 0;
}

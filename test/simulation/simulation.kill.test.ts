import { expect, it } from "vitest";
import { explore } from "./explore.ts";
import { crashLines, summaryLine, violationLines } from "./report.ts";

/** SIMULATE_FROM: the first seed; SIMULATE_SECONDS: for how long. */
const from = Number(process.env.SIMULATE_FROM ?? 100_000);
const seconds = Number(process.env.SIMULATE_SECONDS ?? 60);

it(`${seconds} s of histories from seed ${from} on break no rule`, async () => {
  const until = performance.now() + seconds * 1000;
  const exploration = await explore(from, () => performance.now() > until);
  const { found } = exploration;
  console.log([...crashLines(exploration.points), summaryLine(exploration)].join("\n"));
  expect(found && (await violationLines(found)).join("\n")).toBeUndefined();
});

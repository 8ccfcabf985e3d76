import { expect, it } from "vitest";
import { explore } from "./explore.ts";
import { crashLines, summaryLine, violationLines } from "./report.ts";

/** SIMULATE_FROM: the first seed; SIMULATE_HISTORIES: how many. The same ones each time, on fast machines too. */
const from = Number(process.env.SIMULATE_FROM ?? 100_000);
const histories = Number(process.env.SIMULATE_HISTORIES ?? 10_000);

it(`${histories} histories from seed ${from} on break no rule`, async () => {
  const exploration = await explore(from, (told) => told >= histories);
  const { found } = exploration;
  console.log([...crashLines(exploration.points), summaryLine(exploration)].join("\n"));
  expect(found && (await violationLines(found)).join("\n")).toBeUndefined();
});

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import type { CutReport } from "./cut.ts";
import { lies } from "./journal.ts";

/** More states, or others: POWER_CUT_STATES=100000 looks at all that are drawn, POWER_CUT_SEED=2 draws others. */
const { POWER_CUT_STATES: states = "40", POWER_CUT_SEED: seed = "1" } = process.env;
const program = (name: string) => join(import.meta.dirname, name);

async function cut(...parameters: readonly string[]): Promise<CutReport> {
  const node = ["--import", program("register.ts"), program("cut.ts"), ...parameters];
  const { stdout } = await promisify(execFile)(process.execPath, node, { maxBuffer: 64 * 1024 ** 2 });
  return JSON.parse(stdout);
}

describe.each([
  ["buckets", 150],
  ["queues", 30],
  ["events", 9],
  ["keys", 17],
])("the power is cut at any of the steps of %s", (service, leastSteps) => {
  test("what was acknowledged is there, and nothing is half there", async () => {
    const report = await cut(service, seed, states);
    expect(report.faults).toEqual([]);
    expect(report.steps).toBeGreaterThanOrEqual(leastSteps);
    expect(report.looked).toBe(Math.min(report.states, Number(states)));
    expect(report.states).toBeGreaterThan(leastSteps);
    expect(report.secondLooked).toBe(Math.min(report.secondStates, Number(states)));
    expect(report.secondStates).toBeGreaterThan(5);
  });

  test.each(lies)("a disk that forces %s is found out", async (lie) => {
    const { faults } = await cut(service, seed, "20", lie);
    expect(faults.length).toBeGreaterThan(0);
  });
});

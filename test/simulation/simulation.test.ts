import { describe, expect, it } from "vitest";
import { explore } from "./explore.ts";
import { drawHistory, replay } from "./history/run.ts";
import { violationLines } from "./report.ts";
import { CrashPoints } from "./scheduler/crash-points.ts";

const SECONDS = 2;

describe("a simulated history", () => {
  it("is the same whenever its seed is, and when its events are told again", async () => {
    const traces = async () => {
      const all: number[] = [];
      for (let seed = 1; seed <= 12; seed++) all.push((await drawHistory(seed, new CrashPoints())).trace);
      return all;
    };
    const first = await traces();
    expect(new Set(first).size, "histories that differ").toBeGreaterThan(10);
    expect(await traces()).toEqual(first);
    const history = await drawHistory(7, new CrashPoints());
    expect(history.events.length).toBeGreaterThan(3);
    expect((await replay(history, new CrashPoints())).trace).toBe(history.trace);
  });

  it("leaves chance and timers of the process as they were", async () => {
    const was = [crypto.randomUUID, setTimeout, Math.random, AbortSignal.timeout];
    await drawHistory(1, new CrashPoints());
    expect([crypto.randomUUID, setTimeout, Math.random, AbortSignal.timeout]).toEqual(was);
  });

  it(`breaks no rule, for ${SECONDS} s of histories`, async () => {
    const until = performance.now() + SECONDS * 1000;
    const { found, histories, points } = await explore(1, () => performance.now() > until);
    expect(found && (await violationLines(found)).join("\n")).toBeUndefined();
    expect(histories).toBeGreaterThan(10);
    const crashed = points.report().reduce((sum, one) => sum + one.crashed, 0);
    expect(crashed, "places at which actors were killed").toBeGreaterThan(10);
  });
});

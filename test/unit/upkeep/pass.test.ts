import { describe, expect, it } from "vitest";
import type { JobRun } from "../../../shared/upkeep/operations/job-run.ts";
import { openPass } from "../../../shared/upkeep/operations/pass.ts";
import { CheckpointMoved } from "../../../shared/upkeep/ports/checkpoints.ts";
import { type FaultPoint, faulty } from "../../fakes/faulty.ts";
import { aRun } from "../../fakes/upkeep/job-run.ts";
import { memoryCheckpoints } from "../../fakes/upkeep/memory-checkpoints.ts";

const things = Array.from({ length: 10 }, (_, n) => n);
const DAY = 86_400;

/** A job that marks ten things, two a page; a thing that is marked needs nothing more. */
function marking() {
  let now = Date.parse("2026-01-01T00:00:00.000Z");
  const marked = new Map<number, number>();
  const ports = {
    checkpoints: memoryCheckpoints(),
    marks: {
      set: async (n: number) => void marked.set(n, (marked.get(n) ?? 0) + 1),
    },
    clock: () => new Date(now),
  };
  const walk = async (run: JobRun, { checkpoints, marks, clock } = ports, schemaVersion = 1) => {
    const options = { name: "marks", schemaVersion, everySeconds: DAY, start: { next: 0 } };
    const pass = await openPass({ checkpoints, clock }, run, options);
    while (pass && run.bounds.isLeft()) {
      const { next } = pass.cursor;
      for (const n of things.slice(next, next + 2)) {
        await run.consider({ kind: "thing", id: `${n}` }, async () =>
          marked.has(n) ? undefined : { what: "mark", why: "bare", evidence: {}, act: () => marks.set(n) },
        );
      }
      if (next + 2 >= things.length) return pass.end();
      await pass.save({ next: next + 2 });
    }
  };
  return {
    ports,
    marked,
    walk,
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

/** True for the first `pages` questions. */
const times = (pages: number) => {
  let asked = 0;
  return () => asked++ < pages;
};

describe("a pass", () => {
  it("takes as many runs as it needs and goes on where the one before ended", async () => {
    const { walk, marked } = marking();
    for (const pages of [2, 1, 5]) await walk(aRun({ hasTime: times(pages) }).run);
    expect([...marked]).toEqual(things.map((n) => [n, 1]));
  });

  it("says at its end what all its runs came to", async () => {
    const { walk, pass } = marking();
    await walk(aRun({ hasTime: times(3) }).run);
    pass(600);
    const { run, lines } = aRun();
    await walk(run);
    expect(run.tally.counts()).toEqual({ examined: 4, acted: 4, failed: 0 });
    expect(lines.at(-1)).toMatchObject({
      decision: "end of pass",
      began_at: "2026-01-01T00:00:00.000Z",
      ended_at: "2026-01-01T00:10:00.000Z",
      counts: { examined: 10, acted: 10, failed: 0 },
    });
  });

  it("begins again when it is due or an operator asks for it, not before", async () => {
    const { walk, pass } = marking();
    const examined = async (options = {}) => {
      const { run } = aRun(options);
      await walk(run);
      return run.tally.examined;
    };
    expect(await examined()).toBe(10);
    pass(DAY - 1);
    expect(await examined()).toBe(0);
    expect(await examined({ now: true })).toBe(10);
    pass(DAY);
    expect(await examined()).toBe(10);
  });

  it("stored by an earlier version is continued: the stored names stay", async () => {
    const { walk, ports, marked } = marking();
    const counts = { examined: 4, acted: 4, failed: 0 };
    const stored = { form: 1, began_at: ports.clock().toISOString(), counts, place: { next: 4 } };
    await ports.checkpoints.save("marks", undefined, stored);
    const { run } = aRun();
    await walk(run);
    expect(run.tally.examined).toBe(6);
    expect(marked.size).toBe(6);
    expect((await ports.checkpoints.find("marks"))?.state).toMatchObject({ form: 1, place: { next: 8 } });
  });

  it("of another form is begun anew", async () => {
    const { walk, ports } = marking();
    await walk(aRun({ hasTime: times(2) }).run);
    const { run } = aRun();
    await walk(run, ports, 2);
    expect(run.tally.examined).toBe(10);
  });

  it("that is dry walks from the start and saves nothing", async () => {
    const { walk, ports, marked } = marking();
    const { run } = aRun({ dryRun: true });
    await walk(run);
    expect(run.wouldAct).toBe(10);
    expect(marked.size).toBe(0);
    expect(await ports.checkpoints.find("marks")).toBeUndefined();
  });

  it("killed at any port call is continued, and nothing is left out", async () => {
    const whole = marking();
    const counting = faulty(whole.ports, undefined);
    await whole.walk(aRun().run, counting.ports);
    expect(counting.calls()).toBe(17);
    for (let call = 1; call <= counting.calls(); call++) {
      for (const moment of ["before", "after"] as const) {
        const point: FaultPoint = { call, moment };
        const { walk, ports, marked } = marking();
        await walk(aRun().run, faulty(ports, point).ports).catch(() => undefined);
        await walk(aRun({ now: true }).run);
        expect(
          [...marked.keys()].sort((a, b) => a - b),
          JSON.stringify(point),
        ).toEqual(things);
      }
    }
  });

  it("goes on in one of two overlapping runs, and the other is told so", async () => {
    const { walk, ports, marked } = marking();
    await walk(aRun({ hasTime: times(1) }).run);
    const results = await Promise.allSettled([walk(aRun().run), walk(aRun().run)]);
    const failed = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(failed).toHaveLength(1);
    expect(failed[0]).toBeInstanceOf(CheckpointMoved);
    expect(marked.size).toBe(10);
    expect((await ports.checkpoints.find("marks"))?.state).toHaveProperty("ended_at");
  });
});

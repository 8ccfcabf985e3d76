import { expect, it } from "vitest";
import { updater } from "../../../../shared/upkeep/operations/records/updater.ts";
import { inParallel } from "../../../../shared/upkeep/operations/records/walk-records.ts";
import type { RecordRef, Records } from "../../../../shared/upkeep/ports/records.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";
import { memoryCheckpoints } from "../../../fakes/upkeep/memory-checkpoints.ts";

const unused = async () => {
  throw new Error("not asked here");
};

/** A walk over five pages of one record each, and the pages that its runs have done. */
function walking(only?: "usage") {
  const done: string[] = [];
  const asked: Parameters<Records["walk"]>[0][] = [];
  const records: Records = {
    walk: async (options) => {
      asked.push(options);
      const at = Number(options.after ?? 0);
      const refs: RecordRef[] = [{ kind: "usage", project: `p${at}` }];
      return at < 4 ? { refs, next: String(at + 1) } : { refs };
    },
    look: unused,
    faultsOf: unused,
  };
  const slept: number[] = [];
  let now = 0;
  const ports = {
    records,
    checkpoints: memoryCheckpoints(),
    clock: () => new Date(now),
    sleep: async (ms: number) => {
      slept.push(ms);
      now += ms;
    },
    settings: { updater_objects_per_second: 1 },
  };
  const page = async (_: unknown, refs: readonly RecordRef[]) => {
    for (const ref of refs) if (ref.kind === "usage") done.push(ref.project);
  };
  const job = updater(ports, "job", page, only);
  const run = async (pages = Number.POSITIVE_INFINITY) => {
    const before = done.length;
    const { run: one } = aRun({ hasTime: () => done.length - before < pages });
    await job.run(one);
    return one.isUnfinished;
  };
  return { run, done, asked, slept };
}

it("a walk goes on at the page that the run before did not do, each page once, and begins again behind its end", async () => {
  const { run, done } = walking();
  expect([await run(2), await run(2), await run(2)]).toEqual([true, true, false]);
  expect(done).toEqual(["p0", "p1", "p2", "p3", "p4"]);
  expect(await run()).toBe(false);
  expect(done).toHaveLength(10);
});

it("a walk keeps below its rate, and asks for the records that it is about", async () => {
  const { run, slept, asked } = walking("usage");
  await run();
  expect(slept).toEqual([1000, 1000, 1000, 1000]);
  expect(asked[0]).toEqual({ limit: 100, only: "usage" });
  expect(asked[4]).toEqual({ limit: 100, only: "usage", after: "4" });
});

it("things are worked on ten at a time, each once", async () => {
  let [atWork, most] = [0, 0];
  const done: number[] = [];
  await inParallel(
    Array.from({ length: 25 }, (_, at) => at),
    async (thing) => {
      most = Math.max(most, ++atWork);
      await undefined;
      done.push(thing);
      atWork--;
    },
  );
  expect(most).toBe(10);
  expect(done.sort((one, other) => one - other)).toEqual(Array.from({ length: 25 }, (_, at) => at));
});

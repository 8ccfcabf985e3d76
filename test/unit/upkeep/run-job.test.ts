import { describe, expect, it } from "vitest";
import { readJobEvent } from "../../../shared/upkeep/operations/job-event.ts";
import { type Job, type JobRequest, runJob } from "../../../shared/upkeep/operations/run-job.ts";
import { CheckpointMoved } from "../../../shared/upkeep/ports/checkpoints.ts";
import { aRun, type LogLine } from "../../fakes/upkeep/job-run.ts";
import { memorySwitches } from "../../fakes/upkeep/memory-switches.ts";

/** Runs jobs one after the other on the same switches. */
function upkeep() {
  const switches = memorySwitches();
  const lines: LogLine[] = [];
  const request: JobRequest = {
    dryRun: false,
    release: false,
    now: false,
    limits: { hasTime: () => true },
    log: (level, message, fields) => lines.push({ ...fields, level, message }),
  };
  const clock = () => new Date("2026-01-01T00:00:00.000Z");
  return {
    lines,
    fire: (job: Job, flags: Partial<JobRequest> = {}) =>
      runJob({ switches, clock })(job, { ...request, ...flags }),
  };
}

const counting = (acts: (() => unknown)[]): Job => ({
  name: "test",
  run: async (run) => {
    for (const [n, act] of acts.entries()) {
      const subject = { kind: "thing", id: `${n}`, since: `2026-01-0${9 - n}` };
      await run.consider(subject, async () => ({
        what: "mend",
        why: "it is broken",
        evidence: { n },
        act: async () => act(),
      }));
    }
  },
});

const stopping = (reason: string): Job => ({
  name: "test",
  run: async (run) => {
    run.stop(reason, { orphans: 5 });
    await counting([() => true]).run(run);
  },
});

describe("a run of a job", () => {
  it("goes on past what fails, and counts it", async () => {
    const { fire, lines } = upkeep();
    const fails = () => {
      throw new Error("broken");
    };
    const result = await fire(counting([() => true, fails, () => false, () => undefined]));
    expect(result).toEqual({ examined: 4, acted: 2, failed: 1, oldest: "2026-01-06" });
    expect(lines.map(({ message, result }) => [message, result])).toEqual([
      ["decided", "done"],
      ["failed", undefined],
      ["decided", "nothing left to do"],
      ["decided", "done"],
      ["result", undefined],
    ]);
    expect(lines[0]).toMatchObject({
      job: "test",
      decision: "mend",
      why: "it is broken",
      evidence: { n: 0 },
      subject: { kind: "thing", id: "0" },
    });
  });

  it("that is dry changes nothing and says what it would do", async () => {
    const { fire, lines } = upkeep();
    let changed = 0;
    const result = await fire(counting([() => changed++, () => changed++]), { dryRun: true });
    expect(result).toMatchObject({ examined: 2, acted: 0, dry_run: true, would_act: 2 });
    expect(changed).toBe(0);
    expect(lines.filter(({ result }) => result === "dry run")).toHaveLength(2);
  });

  it("ends when another run has moved its checkpoint, with what it did", async () => {
    const { fire } = upkeep();
    const { run } = counting([() => true]);
    const moved: Job = {
      name: "test",
      run: async (one) => {
        await run(one);
        throw new CheckpointMoved("test");
      },
    };
    expect(await fire(moved)).toMatchObject({ examined: 1, acted: 1, failed: 0 });
  });

  it("fails as a whole when the job itself does", async () => {
    const failing: Job = { name: "test", run: () => Promise.reject(new Error("no table")) };
    await expect(upkeep().fire(failing)).rejects.toThrow("no table");
  });
});

describe("a job that stops itself", () => {
  it("stays stopped with its reason until it is released", async () => {
    const { fire, lines } = upkeep();
    const stopped = { examined: 0, acted: 0, failed: 0, stopped: "too many" };
    expect(await fire(stopping("too many"))).toEqual(stopped);
    expect(await fire(counting([() => true]))).toEqual(stopped);
    expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      "error stopped",
      "error stopped",
    ]);

    let prepared = 0;
    const job = { ...counting([() => true]), onRelease: async () => void prepared++ };
    expect(await fire(job, { release: true })).toEqual({
      examined: 0,
      acted: 0,
      failed: 0,
      released: "too many",
    });
    expect(prepared).toBe(1);
    expect(await fire(job)).toMatchObject({ acted: 1 });
    expect(await fire(job, { release: true })).toMatchObject({ released: null });
    expect(prepared).toBe(1);
  });

  it("stays stopped when its release breaks off", async () => {
    const { fire } = upkeep();
    await fire(stopping("too many"));
    const onRelease = () => Promise.reject(new Error("no bucket"));
    await expect(fire({ ...counting([]), onRelease }, { release: true })).rejects.toThrow("no bucket");
    expect(await fire(counting([]))).toMatchObject({ stopped: "too many" });
  });

  it("can be looked at by a dry run, which neither stops nor releases it", async () => {
    const { fire } = upkeep();
    const dry = { dryRun: true };
    expect(await fire(stopping("too many"), dry)).toMatchObject({ stopped: "too many", would_act: 1 });
    expect(await fire(counting([() => true]))).toMatchObject({ acted: 1 });
    await fire(stopping("too many"));
    expect(await fire(counting([() => true]), dry)).toMatchObject({ stopped: "too many", would_act: 1 });
    await expect(fire(counting([]), { dryRun: true, release: true })).rejects.toThrow("cannot be a dry run");
  });
});

describe("a job's event", () => {
  it("is its name with any of the flags", () => {
    const none = { dryRun: false, release: false, now: false };
    expect(readJobEvent({ job: "reaper" }, "reaper")).toEqual(none);
    expect(readJobEvent(undefined, "reaper")).toEqual(none);
    expect(readJobEvent({ job: "reaper", dry_run: true, now: true }, "reaper")).toEqual({
      ...none,
      dryRun: true,
      now: true,
    });
  });

  it.each([
    { job: "reaper", dryrun: true },
    { job: "reaper", dry_run: "yes" },
    { job: "purge" },
    ["dry_run"],
    "dry_run",
  ])("is refused when it says anything else: %j", (event) => {
    expect(() => readJobEvent(event, "reaper")).toThrow(/is not understood: expected \{"job":"reaper"\}/);
  });
});

it("a decision that fails is counted as failed and as no change", async () => {
  const { run } = aRun();
  const fails = async () => {
    throw new Error("throttled");
  };
  const decision = { what: "change", why: "it must", evidence: {}, act: fails };
  expect(await run.consider({ kind: "thing", id: "1" }, async () => decision)).toBe(false);
  expect(await run.consider({ kind: "thing", id: "2" }, fails)).toBe(false);
  expect(run.tally.counts()).toEqual({ examined: 2, acted: 0, failed: 2 });
});

import { describe, expect, it } from "vitest";
import { CheckpointMoved, type Checkpoints } from "../../../shared/upkeep/ports/checkpoints.ts";
import { isStopped, type Switches } from "../../../shared/upkeep/ports/switches.ts";

/** What all checkpoints must do; `make` gives empty ones. */
export function checkpointsContract(name: string, make: () => Promise<Checkpoints>) {
  describe(`checkpoints: ${name}`, () => {
    it("give back what was saved, with its revision", async () => {
      const checkpoints = await make();
      expect(await checkpoints.find("walk")).toBeUndefined();
      const state = { place: { key: "a/ü", list: [1, "x", null] }, done: false };
      expect(await checkpoints.save("walk", undefined, state)).toBe(1);
      expect(await checkpoints.find("walk")).toEqual({ revision: 1, state });
      expect(await checkpoints.save("walk", 1, { place: "b" })).toBe(2);
      expect(await checkpoints.find("walk")).toEqual({ revision: 2, state: { place: "b" } });
      expect(await checkpoints.find("other")).toBeUndefined();
    });

    it("are saved only over what was seen", async () => {
      const checkpoints = await make();
      await checkpoints.save("walk", undefined, { place: "a" });
      await checkpoints.save("walk", 1, { place: "b" });
      for (const seen of [undefined, 1, 3])
        await expect(checkpoints.save("walk", seen, { place: "c" })).rejects.toBeInstanceOf(CheckpointMoved);
      expect(await checkpoints.find("walk")).toEqual({ revision: 2, state: { place: "b" } });
    });

    it("let exactly one of many runs go on", async () => {
      const checkpoints = await make();
      await checkpoints.save("walk", undefined, {});
      const runs = Array.from({ length: 8 }, (_, run) => checkpoints.save("walk", 1, { run }));
      const results = await Promise.allSettled(runs);
      const winners = results.flatMap(({ status }, run) => (status === "fulfilled" ? [run] : []));
      expect(winners).toHaveLength(1);
      expect(await checkpoints.find("walk")).toEqual({ revision: 2, state: { run: winners[0] } });
    });

    it("hold a state of 300 KB", async () => {
      const checkpoints = await make();
      const state = { keys: Array.from({ length: 1000 }, (_, n) => `${n}`.padEnd(290, "k")) };
      await checkpoints.save("walk", undefined, state);
      expect((await checkpoints.find("walk"))?.state).toEqual(state);
    });
  });
}

/** What all switches must do; `make` gives those of jobs that were never stopped. */
export function switchesContract(name: string, make: () => Promise<Switches>) {
  const stop = { reason: "too many", since: "2026-01-01T00:00:00.000Z", evidence: { orphans: 101 } };
  describe(`switches: ${name}`, () => {
    it("stay stopped for the first reason, each job for itself", async () => {
      const switches = await make();
      expect(await switches.find("reaper")).toBeUndefined();
      await switches.stop("reaper", stop);
      await switches.stop("reaper", { ...stop, reason: "another" });
      expect(await switches.find("reaper")).toEqual(stop);
      expect(isStopped(await switches.find("reaper"))).toBe(true);
      expect(await switches.find("scrubber")).toBeUndefined();
    });

    it("are released once, with what they were stopped for", async () => {
      const switches = await make();
      expect(await switches.release("reaper", "2026-01-02")).toBeUndefined();
      await switches.stop("reaper", stop);
      await switches.forget("reaper");
      expect(await switches.find("reaper")).toEqual(stop);
      const release = { ...stop, released_at: "2026-01-02" };
      expect(await switches.release("reaper", "2026-01-02")).toEqual(release);
      expect(await switches.release("reaper", "2026-01-03")).toBeUndefined();
      expect(await switches.find("reaper")).toEqual(release);
      expect(isStopped(await switches.find("reaper"))).toBe(false);
    });

    it("can be stopped again after a release, and forget a release that was used up", async () => {
      const switches = await make();
      await switches.stop("reaper", stop);
      await switches.release("reaper", "2026-01-02");
      const again = { ...stop, reason: "again", since: "2026-01-03T00:00:00.000Z" };
      await switches.stop("reaper", again);
      await switches.forget("reaper");
      expect(await switches.find("reaper")).toEqual(again);
      await switches.release("reaper", "2026-01-04");
      await switches.forget("reaper");
      await switches.forget("reaper");
      expect(await switches.find("reaper")).toBeUndefined();
    });
  });
}

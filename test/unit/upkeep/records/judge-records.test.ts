import { describe, expect, it } from "vitest";
import { judgeUsage } from "../../../../shared/upkeep/operations/records/judge-usage.ts";
import { lookAtPage } from "../../../../shared/upkeep/operations/records/look-at-page.ts";
import { judgeRecord } from "../../../../shared/upkeep/operations/records/mend-record.ts";
import { usageRecount } from "../../../../shared/upkeep/operations/records/usage-recount.ts";
import type { RecordFault, RecordRef } from "../../../../shared/upkeep/ports/records.ts";
import { memoryService } from "../../../fakes/images/service.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";
import { memoryCheckpoints } from "../../../fakes/upkeep/memory-checkpoints.ts";

const unused = async () => {
  throw new Error("not asked here");
};

describe("a suspect", () => {
  const ref: RecordRef = { kind: "usage", project: "p" };
  const fault = (kind: string, mend?: () => Promise<boolean>): RecordFault => ({
    ...{ kind, subject: "s", imageId: null, evidence: { at: 1 } },
    ...(mend && { mend }),
  });
  async function judged(faults: readonly RecordFault[]) {
    const told: [string, string][] = [];
    const records = { faultsOf: async () => faults };
    const decision = await judgeRecord({ records }, ref, async ({ kind }, outcome) =>
      told.push([kind, outcome]),
    );
    return { decision, acted: await decision?.act(), told };
  }

  it("in order is left alone", async () => {
    expect((await judged([])).decision).toBeUndefined();
  });

  it("is mended, and told of what was mended or needs a person, not of what was gone", async () => {
    const mended = fault("mended", async () => true);
    const gone = fault("gone", async () => false);
    const all = await judged([gone, mended, fault("open"), gone]);
    expect(all.acted).toBe(true);
    expect(all.told).toEqual([
      ["mended", "mended"],
      ["open", "open"],
    ]);
    expect(all.decision).toMatchObject({
      what: "mend record",
      why: "gone",
      evidence: { faults: [{ kind: "gone", subject: "s", at: 1 }, {}, {}, {}] },
    });
    expect((await judged([gone])).acted).toBe(false);
    const open = await judged([fault("open")]);
    expect([open.acted, open.decision?.what]).toEqual([false, "report record"]);
  });
});

describe("a page that cannot be looked at as a whole", () => {
  it("has each record looked at by itself, so that one that cannot be read hides no other", async () => {
    const service = memoryService();
    const image = await service.queuedImage();
    const refs: RecordRef[] = [
      { kind: "image", imageId: image.id },
      { kind: "image", imageId: "broken" },
      { kind: "image", imageId: "gone" },
      { kind: "deletion", deletionId: "d" },
    ];
    const { run } = aRun();
    const images = {
      find: async (id: string) => {
        if (id === "broken") throw new Error("no such attribute");
        return service.ports.images.find(id);
      },
    };
    const records = { walk: unused, look: unused, faultsOf: unused };
    const looked = await lookAtPage({ records, images }, run, refs);
    expect(looked).toEqual({ images: [await service.ports.images.find(image.id)], suspects: refs });
  });
});

describe("a project's counter", () => {
  /** Of two images, one of them of another project by now; then somebody writes a wrong number. */
  async function counted() {
    const service = memoryService();
    await service.queuedImage();
    const { usage } = service.ports;
    const right = await usage.read("demo-project");
    const wrong = { ...right, image_count_total: 5 };
    let current = wrong;
    const told: unknown[] = [];
    const store = {
      read: async () => current,
      recount: async () => {
        const before = current;
        current = right;
        return { before, after: right };
      },
    };
    const ports = { usage: store, lists: service.ports.lists };
    return { service, ports, right, told, current: () => current };
  }

  it("that differs from its images is recounted, and told what it was and is", async () => {
    const { ports, told, current, right } = await counted();
    const decision = await judgeUsage(ports, "demo-project", async (evidence) => told.push(evidence));
    expect(decision?.evidence).toMatchObject({
      recorded_image_count_total: 5,
      counted_image_count_total: 1,
    });
    expect(await decision?.act()).toBe(true);
    expect(current()).toEqual(right);
    expect(told).toEqual([decision?.evidence]);
  });

  it("that was right all the time is not told of, and needs no look when it agrees", async () => {
    const { ports, told } = await counted();
    const decision = await judgeUsage(ports, "demo-project", async (evidence) => told.push(evidence));
    await ports.usage.recount();
    expect(await decision?.act()).toBe(false);
    expect(told).toEqual([]);
    expect(await judgeUsage(ports, "demo-project")).toBeUndefined();
  });

  it("is recounted when an operator asks for it, and only looked at in a dry run", async () => {
    for (const dryRun of [true, false]) {
      const { service, ports, current, right } = await counted();
      const refs: RecordRef[] = [
        { kind: "image", imageId: "x" },
        { kind: "usage", project: "demo-project" },
      ];
      const { run } = aRun({ dryRun });
      await usageRecount({
        ...service.ports,
        ...ports,
        checkpoints: memoryCheckpoints(),
        records: { walk: async () => ({ refs }), look: unused, faultsOf: unused },
        sleep: async () => undefined,
      }).run(run);
      expect(run.tally.counts()).toMatchObject({ examined: 1, failed: 0, acted: dryRun ? 0 : 1 });
      expect(current()).toEqual(dryRun ? expect.objectContaining({ image_count_total: 5 }) : right);
    }
  });
});

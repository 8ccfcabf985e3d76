import { describe, expect, it } from "vitest";
import { DAY, reaperService } from "../../../fakes/upkeep/reaper.ts";

/** A bucket with so many images and so many orphans, all old; table and bucket have met. */
async function bucketOf(images: number, orphans: number, settings = {}) {
  const service = reaperService({ reaper_max_orphan_percent: 1, ...settings }, { pageSize: 1000 });
  await service.fire();
  for (let n = 0; n < images; n++) await service.stored();
  for (let n = 0; n < orphans; n++) service.orphan();
  return service;
}

describe("the brake of the reaper", () => {
  it("lets 1 % of the objects pass, and not one more", async () => {
    const few = await bucketOf(297, 3);
    expect(await few.fire()).toMatchObject({ acted: 3 });
    const more = await bucketOf(296, 4);
    expect(await more.fire()).toMatchObject({
      acted: 0,
      stopped:
        "4 of 300 objects and 0 uploads have no owner, more than 1 % of the objects: nothing was deleted",
    });
    expect(more.metadata.deletions.size).toBe(0);
  });

  it("lets 100 orphans pass, and not one more, objects and uploads together", async () => {
    const most = { reaper_max_orphan_percent: 100 };
    expect(await (await bucketOf(0, 100, most)).fire()).toMatchObject({ acted: 100 });
    const service = await bucketOf(0, 60, most);
    for (let n = 0; n < 41; n++) await service.orphanUpload();
    const { stopped, acted } = await service.fire();
    expect(acted).toBe(0);
    expect(stopped).toContain("60 of 60 objects and 41 uploads have no owner, more than 100:");
    expect(service.metadata.deletions.size).toBe(0);
  });

  it("keeps the whole reaper off until an operator releases it, and alarms in every run", async () => {
    const service = await bucketOf(0, 5);
    await service.fire();
    const { id } = await service.queuedImage();
    await service.uploaded(id, Buffer.from("0123456789"));
    service.pass(2 * DAY);
    service.lines.length = 0;
    for (let run = 0; run < 3; run++)
      expect(await service.fire({ now: false })).toMatchObject({ examined: 0, acted: 0 });
    expect(service.lines.map(({ level, message }) => `${level} ${message}`)).toEqual(
      Array.from({ length: 3 }, () => "error stopped"),
    );
    expect((await service.ports.images.find(id))?.status).toBe("saving");
    expect(await service.fire({ release: true })).toMatchObject({ acted: 0, released: /5 of 5 objects/ });
    // The expired transfer and the five orphans.
    expect(await service.fire({ now: false })).toMatchObject({ acted: 6, failed: 0 });
  });

  it("is released for as many as its reason named, and once", async () => {
    const service = await bucketOf(0, 5);
    await service.fire();
    await service.fire({ release: true });
    service.orphan();
    expect((await service.fire()).stopped).toContain("6 of 6 objects");
    await service.fire({ release: true });
    expect(await service.fire()).toMatchObject({ acted: 6 });
    await service.deletePending();
    for (let n = 0; n < 6; n++) service.orphan();
    expect((await service.fire()).stopped).toContain("6 of 6 objects");
  });

  it("that was released for more than one go holds deletes them all", async () => {
    const service = await bucketOf(0, 2300);
    expect((await service.fire()).stopped).toContain("2300 of 2300 objects");
    await service.fire({ release: true });
    expect(await service.fire()).toMatchObject({ acted: 2300, failed: 0 });
    await service.deletePending();
    expect(service.bytes.objects.size).toBe(0);
    expect(await service.ports.switches.find("reaper")).toBeUndefined();
  });

  it("counts over all runs of a pass before anything is deleted", async () => {
    const service = reaperService({ reaper_max_orphan_percent: 100, reaper_max_orphans: 4 }, { pageSize: 2 });
    await service.fire();
    for (let n = 0; n < 5; n++) service.orphan();
    let result = await service.fire({ hasTime: () => false });
    for (let run = 0; run < 20 && !result.stopped; run++) {
      let steps = 0;
      result = await service.fire({ hasTime: () => steps++ < 1, now: run === 0 });
      expect(service.metadata.deletions.size).toBe(0);
    }
    expect(result.stopped).toContain("5 of 5 objects");
  });
});

import { describe, expect, it } from "vitest";
import { objectKey } from "../../../../shared/images/domain/object-key.ts";
import { faulty } from "../../../fakes/faulty.ts";
import { DAY, reaperService } from "../../../fakes/upkeep/reaper.ts";
import { withHints } from "../../../fakes/with-hints.ts";

const nothing = { examined: 0, acted: 0, failed: 0 };
const off = (reason: string) => ({ ...nothing, stopped: expect.stringContaining(reason) });

/** A service in which table and bucket have known each other for some runs. */
async function settled() {
  const service = reaperService();
  for (let run = 0; run < 3; run++) await service.fire();
  return service;
}

describe("the fence between table and bucket", () => {
  it("lets one beat follow the other, in both", async () => {
    const service = await settled();
    expect(service.table.now()).toMatchObject({ table: "table-1", beat: 3 });
    expect(service.bucket.now()).toMatchObject({ table: "table-1", beat: 3 });
  });

  it("lets nothing be lost when the table went back in time", async () => {
    const service = await settled();
    const { id } = await service.queuedImage();
    const { ref, complete } = await service.uploaded(id, Buffer.from("0123456789"));
    const before = {
      heartbeat: service.table.now(),
      images: new Map(service.metadata.images),
      transfers: new Map(service.metadata.transfers),
    };
    // After this moment the upload is completed, and another image is uploaded.
    await complete();
    service.ages.set(objectKey(ref), service.ago(0));
    await service.stored({}, 0);
    service.pass(30 * DAY);
    await service.fire();
    expect(service.bytes.objects.size).toBe(2);

    service.table.set(before.heartbeat);
    service.metadata.images.clear();
    service.metadata.transfers.clear();
    for (const [key, image] of before.images) service.metadata.images.set(key, image);
    for (const [key, one] of before.transfers) service.metadata.transfers.set(key, one);
    const objects = [...service.bytes.objects.keys()];
    for (let run = 0; run < 3; run++) {
      expect(await service.fire()).toEqual(off("an earlier state of itself"));
      service.pass(30 * DAY);
    }
    await service.deletePending();
    expect([...service.bytes.objects.keys()]).toEqual(objects);
    expect(service.metadata.deletions.size).toBe(0);
  });

  it("stands when the table has another identity, though every beat fits", async () => {
    const service = await settled();
    service.restoreAs("table-2");
    service.orphan();
    expect(await service.fire()).toEqual(off("restored or copied"));
    expect(service.metadata.deletions.size).toBe(0);
  });

  it("stands when the bucket belongs to another table, or to a deployment that is gone", async () => {
    const service = await settled();
    service.bucket.set({ table: "table-0", beat: 1, version: "x" });
    expect(await service.fire()).toEqual(off("the heartbeat of another table"));

    const fresh = reaperService();
    fresh.bucket.set({ table: "table-0", beat: 1000, version: "x" });
    expect(await fresh.fire()).toEqual(off("the heartbeat of another table"));
  });

  it("stands when the table has none while the bucket has one", async () => {
    const service = await settled();
    service.table.set(undefined);
    expect(await service.fire()).toEqual(off("ahead of it"));
  });

  it("stands when the bucket has lost its own", async () => {
    const service = await settled();
    service.bucket.set(undefined);
    expect(await service.fire()).toEqual(off("lost its heartbeat"));
  });

  it("stands for a new table over an old bucket that never had one", async () => {
    const service = reaperService();
    const key = service.orphan(400 * DAY);
    expect(await service.fire()).toEqual(off(key.split("/")[0] ?? "no key"));
    expect(service.table.now()).toBeUndefined();
    const full = reaperService();
    for (let n = 0; n < 4; n++) await full.stored();
    expect(await full.fire()).toEqual(off("full already"));
  });

  it("opens by itself for a new deployment whose first images were faster than the reaper", async () => {
    const service = reaperService();
    await service.stored();
    await service.stored({ status: "deleted", deleted_at: service.ago(0) });
    service.orphan(DAY, "notes.txt");
    expect(await service.fire()).toMatchObject({ acted: 0, failed: 0 });
    expect(service.bucket.now()).toMatchObject({ beat: 1 });
  });

  it("opens when an operator says that both belong together, and for good", async () => {
    const service = await settled();
    service.restoreAs("table-2");
    service.orphan();
    await service.fire();
    expect(await service.fire({ release: true })).toMatchObject({ released: /restored or copied/ });
    expect(service.bucket.now()).toMatchObject({ table: "table-2", beat: 4 });
    expect(await service.fire()).toMatchObject({ acted: 1 });
    expect(await service.fire()).toMatchObject({ acted: 0, failed: 0 });
  });

  it.each([
    [
      { table: "table-0", beat: 5 },
      { table: "table-1", beat: 9 },
    ],
    [
      { table: "table-1", beat: 5 },
      { table: "table-1", beat: 9 },
    ],
    [
      { table: "table-1", beat: 9 },
      { table: "table-0", beat: 5 },
    ],
    [undefined, { table: "table-1", beat: 9 }],
    [{ table: "table-1", beat: 9 }, undefined],
  ])("opens above %j and %j, so that neither beat of before is ahead of it", async (table, bucket) => {
    const service = reaperService();
    service.table.set(table && { ...table, version: "t" });
    service.bucket.set(bucket && { ...bucket, version: "b" });
    expect(await service.fire()).toMatchObject({ stopped: expect.any(String) });
    await service.fire({ release: true });
    for (const heartbeat of [service.table, service.bucket])
      expect(heartbeat.now()).toMatchObject({ table: "table-1", beat: 10 });
    expect(await service.fire()).toEqual(nothing);
  });

  it("is not closed by a run that is killed anywhere, the first or a later one", async () => {
    for (const earlier of [0, 1, 2]) {
      const counted = reaperService();
      const counting = faulty(counted.unhinted, undefined);
      await counted.fire({}, withHints(counting.ports));
      for (let call = 1; call <= counting.calls(); call++) {
        for (const moment of ["before", "after"] as const) {
          const service = reaperService();
          for (let run = 0; run < earlier; run++) await service.fire();
          for (let killed = 0; killed < 2; killed++)
            await service
              .fire({}, withHints(faulty(service.unhinted, { call, moment }).ports))
              .catch(() => undefined);
          const where = `${earlier} runs, then killed ${moment} call ${call}`;
          expect(await service.fire(), where).toEqual(nothing);
          expect(service.bucket.now(), where).toMatchObject({ beat: service.table.now()?.beat });
        }
      }
    }
  });

  it("is not closed by a reader so slow that its two looks never were one state", async () => {
    const service = await settled();
    let looks = 0;
    const { find } = service.bucket.heartbeats;
    service.ports.bucketHeartbeats = {
      ...service.bucket.heartbeats,
      find: async () => (looks++ === 0 ? undefined : find()),
    };
    expect(await service.fire()).toEqual(nothing);
    expect(service.bucket.now()).toMatchObject({ beat: 4 });
  });

  it("is not closed by runs at the same time", async () => {
    for (const earlier of [0, 1, 2]) {
      const service = reaperService();
      for (let run = 0; run < earlier; run++) await service.fire();
      const results = await Promise.all(Array.from({ length: 5 }, () => service.fire()));
      for (const result of results) expect(result).toEqual(nothing);
      expect(await service.fire()).toEqual(nothing);
    }
  });
});

import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { objectKey } from "../../../../shared/images/domain/object-key.ts";
import { openTransfer } from "../../../../shared/images/operations/transfers/open-transfer.ts";
import { demo } from "../../../fakes/images/service.ts";
import { DAY, HOUR, type ReaperService, reaperService } from "../../../fakes/upkeep/reaper.ts";

const nothing = { examined: 0, acted: 0, failed: 0 };
const GRACE = 7 * DAY;

/** Whether the reaper, with its clock so wrong, deletes an orphan of this true age. */
async function isDeleted(trueAge: number, clockError = 0): Promise<boolean> {
  const service = reaperService();
  service.orphan(trueAge);
  const { clock } = service.ports;
  const wrong = { ...service.ports, clock: () => new Date(clock().getTime() + clockError * 1000) };
  await meet(service);
  await service.fire({}, wrong);
  await service.deletePending();
  return service.bytes.objects.size === 0;
}

/** Table and bucket have known each other before there was any rubbish. */
async function meet(service: ReaperService) {
  const pair = { table: "table-1", beat: 1, version: "met" };
  service.table.set(pair);
  service.bucket.set(pair);
}

const met = async (...options: Parameters<typeof reaperService>) => {
  const service = reaperService(...options);
  await meet(service);
  return service;
};

describe("bytes to which nothing refers", () => {
  it("are deleted, objects and uploads, by deletions that the one operation carries out", async () => {
    const service = await met();
    const kept = await service.stored();
    for (let n = 0; n < 5; n++) service.orphan();
    for (let n = 0; n < 5; n++) await service.orphanUpload();
    expect(await service.fire()).toMatchObject({ acted: 10, failed: 0 });
    // The reaper itself deletes no byte.
    expect(service.bytes.objects.size).toBe(6);
    expect(service.metadata.deletions.size).toBe(10);
    await service.deletePending();
    expect([...service.bytes.objects.keys()]).toEqual([kept.key]);
    expect(service.bytes.uploads.size).toBe(0);
    expect(service.metadata.deletions.size).toBe(0);
    expect(await service.fire()).toMatchObject({ acted: 0, failed: 0 });
  });

  it("are left alone for the grace, whichever clock is an hour wrong", async () => {
    expect(await isDeleted(GRACE + 3 * HOUR)).toBe(true);
    expect(await isDeleted(GRACE - 1)).toBe(false);
    for (const clockError of [-HOUR, 0, HOUR]) {
      for (const youth of [1, HOUR / 2, HOUR, DAY])
        expect(await isDeleted(GRACE - youth, clockError)).toBe(false);
      expect(await isDeleted(GRACE + 4 * HOUR, clockError)).toBe(true);
    }
    expect(await isDeleted(-HOUR)).toBe(false);
  });

  it.each([-HOUR, 0, HOUR])(
    "stay a second short of the grace, with the reaper's clock %d s wrong",
    async (reaper) => {
      for (const store of [-HOUR, 0, HOUR]) {
        for (const table of [-HOUR, 0, HOUR]) {
          const at = (trueAge: number, clock: number) => trueAge - clock;
          const service = await met({ reaper_max_orphans: 1000 });
          /** One of each that the grace protects, as old as that by a clock that is right. */
          const one = async (trueAge: number) => {
            service.orphan(at(trueAge, store));
            await service.orphanUpload(at(trueAge, store));
            const deleted_at = service.ago(at(trueAge, table));
            await service.stored({ status: "deleted", deleted_at }, 90 * DAY);
          };
          await one(GRACE - 1);
          const { clock } = service.ports;
          const wrong = { ...service.ports, clock: () => new Date(clock().getTime() + reaper * 1000) };
          await service.fire({}, wrong);
          await service.deletePending();
          const left = () => [service.bytes.objects.size, service.bytes.uploads.size];
          expect(left(), `store ${store}, table ${table}`).toEqual([2, 1]);
          // Not for ever: both clocks at their worst cost four hours.
          service.pass(4 * HOUR + 10);
          await service.fire({}, wrong);
          await service.deletePending();
          expect(left(), `store ${store}, table ${table}`).toEqual([0, 0]);
        }
      }
    },
  );

  it("of unknown age count as young", async () => {
    const service = await met();
    const { uploadId } = await service.orphanUpload();
    for (const age of [undefined, "", "yesterday"]) {
      const key = service.orphan();
      if (age === undefined) service.ages.delete(key);
      else service.ages.set(key, age);
    }
    service.ages.delete(uploadId);
    expect(await service.fire()).toMatchObject({ acted: 0, failed: 0 });
    expect(service.metadata.deletions.size).toBe(0);
  });

  it("whose keys this service does not make are left alone", async () => {
    const service = await met();
    for (const key of ["upkeep/heartbeat", "notes.txt", `${randomUUID()}/x`, `a/${randomUUID()}/b`])
      service.orphan(30 * DAY, key);
    expect(await service.fire()).toEqual(nothing);
    expect(service.lines).toContainEqual(
      expect.objectContaining({ decision: "count orphans", foreign: 4, objects: 0 }),
    );
    expect(service.bytes.objects.size).toBe(4);
  });

  it("are those of a deleted image, once its deletion is older than the grace", async () => {
    const service = await met();
    const lately = await service.stored({ status: "deleted", deleted_at: service.ago(6 * DAY) }, 90 * DAY);
    await service.stored({ status: "deleted", deleted_at: service.ago(8 * DAY) }, 90 * DAY);
    await service.fire();
    await service.deletePending();
    expect([...service.bytes.objects.keys()]).toEqual([lately.key]);
  });
});

describe("bytes to which something refers, however old, are left alone:", () => {
  it.each(["active", "deactivated", "pending_delete", "saving", "importing"] as const)(
    "those of an image that is %s",
    async (status) => {
      const service = await met();
      await service.stored({ status }, 400 * DAY);
      expect(await service.fire()).toMatchObject({ acted: 0, failed: 0 });
    },
  );

  it("staged bytes", async () => {
    const service = await met();
    const key = service.orphan(400 * DAY);
    const [id = ""] = key.split("/");
    await service.stored({ id, status: "uploading", locations: [], staged: { store: "s3", key, size: 7 } });
    service.bytes.objects.clear();
    service.orphan(400 * DAY, key);
    expect(await service.fire()).toMatchObject({ acted: 0, failed: 0 });
  });

  it("an upload and an object of a transfer that is not over", async () => {
    const service = await met({ transfer_lifetime_max: 30 * DAY });
    const { id } = await service.queuedImage();
    const { transfer } = await openTransfer(service.ports)(demo, id, {
      ...{ size: 10, leaseSeconds: 20 * DAY, stage: false, multipart: true },
    });
    service.ages.set(transfer.upload_id ?? "", service.ago(0));
    service.orphan(0, transfer.key);
    service.pass(10 * DAY);
    expect(await service.fire()).toMatchObject({ acted: 0, failed: 0 });
    expect(service.bytes.uploads.size).toBe(1);
  });

  it("bytes that a pending deletion names already", async () => {
    const service = await met();
    const key = service.orphan();
    await service.fire();
    expect(service.metadata.deletions.size).toBe(1);
    expect(await service.fire({ now: true })).toMatchObject({ acted: 0 });
    expect([...service.metadata.deletions.values()].map((deletion) => deletion.key)).toEqual([key]);
  });

  it("bytes that a run which was killed after the write has cut loose already", async () => {
    const service = await met();
    service.orphan();
    service.ports.queue.deleteBytes = () => new Promise(() => undefined);
    // Hangs in the message that follows the write; the next run starts from the same checkpoint.
    void service.fire();
    await new Promise((wake) => setTimeout(wake, 50));
    expect(service.metadata.deletions.size).toBe(1);
    service.ports.queue.deleteBytes = async () => undefined;
    expect(await service.fire()).toMatchObject({ acted: 0, failed: 0 });
    expect(service.metadata.deletions.size).toBe(1);
  });

  it("bytes that found an owner between count and deletion", async () => {
    const service = await met();
    const { key, image } = await service.stored({ locations: [], status: "queued" });
    const { findBlob } = service.inventory;
    // The last thing before the strong read of image and transfer; and once more after it, before the write.
    service.inventory.findBlob = async (asked) => {
      await service.ports.images.commit({
        image: {
          before: image,
          after: { ...image, status: "active", locations: [{ store: "s3", key, size: 7 }] },
        },
      });
      return findBlob(asked);
    };
    expect(await service.fire()).toMatchObject({ acted: 0, failed: 0 });
    expect(service.metadata.deletions.size).toBe(0);
  });

  it("bytes that found an owner between the last look and the write", async () => {
    const service = await met();
    const { key, image } = await service.stored({ locations: [], status: "queued" });
    const { scheduleDeletion } = service.ports.orphans;
    service.ports.orphans.scheduleDeletion = async (deletion, seen) => {
      await service.ports.images.commit({
        image: {
          before: image,
          after: { ...image, status: "active", locations: [{ store: "s3", key, size: 7 }] },
        },
      });
      return scheduleDeletion(deletion, seen);
    };
    expect(await service.fire()).toMatchObject({ acted: 0, failed: 0 });
    expect(service.metadata.deletions.size).toBe(0);
  });

  it("an object that was written again between count and deletion", async () => {
    const service = await met();
    const key = service.orphan();
    const { findBlob } = service.inventory;
    service.inventory.findBlob = async (asked) => {
      service.ages.set(key, service.ago(0));
      return findBlob(asked);
    };
    expect(await service.fire()).toMatchObject({ acted: 0, failed: 0 });
  });
});

describe("a pass of the reaper", () => {
  it("begins once a day by the clock, and at once when an operator asks", async () => {
    const service = await met();
    await service.fire({ now: false });
    service.orphan();
    service.pass(HOUR);
    expect(await service.fire({ now: false })).toEqual(nothing);
    expect(await service.fire()).toMatchObject({ acted: 1 });
    await service.deletePending();
    service.orphan();
    service.pass(DAY);
    expect(await service.fire({ now: false })).toMatchObject({ acted: 1 });
  });

  it("goes over many short runs, and one table that fails for one object costs that one only", async () => {
    const service = await met();
    for (let n = 0; n < 10; n++) service.orphan();
    for (let n = 0; n < 10; n++) await service.stored();
    const bad = service.orphan();
    const { findWithTransfer } = service.ports.images;
    service.ports.images.findWithTransfer = async (imageId, transferId) => {
      if (objectKey({ imageId, transferId }) === bad) throw new Error("this one cannot be read");
      return findWithTransfer(imageId, transferId);
    };
    let [acted, failed] = [0, 0];
    for (let run = 0; run < 20; run++) {
      let steps = 0;
      // Only time for one step of the walk in each run.
      const result = await service.fire({ now: run === 0, hasTime: () => steps++ < 1 });
      [acted, failed] = [acted + result.acted, failed + result.failed];
    }
    expect({ acted, failed }).toEqual({ acted: 10, failed: 1 });
  });

  it("waits while thousands of deletions are pending", async () => {
    const service = await met();
    service.orphan();
    service.ports.images.pendingDeletions = async (limit, after) =>
      Array.from({ length: limit }, (_, n) => {
        const id = `${after ?? ""}${n}`;
        return { id, store: "s3", image_id: id, key: id, created_at: service.ago(0) };
      });
    expect(await service.fire()).toMatchObject({ acted: 0, failed: 0 });
    expect(service.lines).toContainEqual(expect.objectContaining({ decision: "wait" }));
  });
});

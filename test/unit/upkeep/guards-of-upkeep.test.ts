import { describe, expect, it } from "vitest";
import { deleteBytes } from "../../../shared/images/operations/bytes/delete-bytes.ts";
import { deleteImage } from "../../../shared/images/operations/delete-image.ts";
import { recoverImage } from "../../../shared/images/operations/recover-image.ts";
import { openTransfer } from "../../../shared/images/operations/transfers/open-transfer.ts";
import { uploadImage } from "../../../shared/images/operations/transfers/upload-image.ts";
import { purge } from "../../../shared/upkeep/operations/purge.ts";
import { reap } from "../../../shared/upkeep/operations/reap.ts";
import { scrubber } from "../../../shared/upkeep/operations/scrubber.ts";
import { admin, demo, memoryService } from "../../fakes/images/service.ts";
import { aRun } from "../../fakes/upkeep/job-run.ts";

/** As in guards.test.ts: each of these fails when one condition is left out. */
const data = Buffer.from("0123456789");
const DAY = 86_400;
type Service = ReturnType<typeof memoryService>;

const purging = { purge_age_in_days: 0, purge_images_table_age_in_days: 1 };
async function deletedImage(service: Service): Promise<string> {
  const { id } = await service.queuedImage();
  await uploadImage(service.ports)(demo, id, data);
  await deleteImage(service.ports)(demo, id);
  return id;
}
async function removeAll({ ports, work }: Service): Promise<void> {
  for (const { deletionId } of work.deleting.splice(0)) await deleteBytes(ports)(deletionId);
}
const statusOf = async ({ ports }: Service, id: string) => (await ports.images.find(id))?.status;
async function purged(service: Service, deletedImages = service.ports.deletedImages) {
  const { run, lines } = aRun();
  await purge({ ...service.ports, deletedImages }).run(run);
  return { ...run.tally.counts(), lines };
}

describe("the purge", () => {
  it("forgets no image of which bytes wait to be deleted", async () => {
    const service = memoryService(purging);
    const id = await deletedImage(service);
    service.pass(400 * DAY);
    expect(await purged(service)).toMatchObject({ acted: 0, failed: 0 });
    expect(await statusOf(service, id)).toBe("deleted");
  });

  it("forgets no image of which bytes may still be recovered", async () => {
    const service = memoryService({ ...purging, deleted_bytes_retention_days: 7 });
    const id = await deletedImage(service);
    await removeAll(service);
    service.pass(6 * DAY);
    await purged(service);
    expect(await statusOf(service, id)).toBe("deleted");
    service.pass(2 * DAY);
    await purged(service);
    expect(await statusOf(service, id)).toBeUndefined();
  });

  it("forgets no image that was recovered, or recovered and deleted again, since it was listed", async () => {
    for (const isDeletedAgain of [false, true]) {
      const service = memoryService({ ...purging, deleted_bytes_retention_days: 0 });
      const id = await deletedImage(service);
      await removeAll(service);
      service.pass(2 * DAY);
      let isFirst = true;
      const deletedImages = {
        ...service.ports.deletedImages,
        waiting: async (...words: Parameters<typeof service.ports.deletedImages.waiting>) => {
          const page = await service.ports.deletedImages.waiting(...words);
          if (isFirst) {
            isFirst = false;
            await recoverImage(service.ports)(admin, id);
            if (isDeletedAgain) {
              await deleteImage(service.ports)(demo, id);
              await removeAll(service);
            }
          }
          return page;
        },
      };
      const { acted } = await purged(service, deletedImages);
      expect(isFirst).toBe(false);
      expect(acted).toBe(0);
      expect(await statusOf(service, id)).toBe(isDeletedAgain ? "deleted" : "active");
    }
  });

  it("forgets no image that is not deleted any more, whatever its times say", async () => {
    const service = memoryService({ ...purging, deleted_bytes_retention_days: 0 });
    const id = await deletedImage(service);
    await removeAll(service);
    service.pass(2 * DAY);
    const { find } = service.ports.images;
    service.ports.images.find = async (wanted) => {
      const image = await find(wanted);
      return image && { ...image, status: "pending_delete" };
    };
    expect(await purged(service)).toMatchObject({ acted: 0, failed: 0 });
    expect(await find(id)).toMatchObject({ status: "deleted" });
  });

  it("forgets nothing while more deletions wait than it can remember", async () => {
    const service = memoryService({ ...purging, deleted_bytes_retention_days: 0 });
    const id = await deletedImage(service);
    await removeAll(service);
    service.pass(2 * DAY);
    let given = 0;
    service.ports.images.pendingDeletions = async (limit) =>
      Array.from({ length: given < 20_500 ? limit : 0 }, () => ({
        ...{
          id: `${++given}`,
          store: "s3",
          image_id: "another",
          key: "another/key",
          created_at: "2026-01-01T00:00:00.000Z",
        },
      }));
    expect(await purged(service)).toMatchObject({ acted: 0, failed: 0 });
    expect(await statusOf(service, id)).toBe("deleted");
    expect(given).toBeGreaterThan(20_000);
  });

  it("removes no transfer that is not over, and leaves its image as it is", async () => {
    const service = memoryService(purging);
    const { id } = await service.queuedImage();
    const { transfer } = await openTransfer(service.ports)(demo, id, {
      ...{ size: 10, leaseSeconds: 60, stage: false, multipart: true },
    });
    const before = await service.ports.images.find(id);
    if (!before) throw new Error("no record");
    const at = service.ports.clock().toISOString();
    await service.ports.images.commit({
      image: { before, after: { ...before, status: "deleted", deleted_at: at } },
    });
    service.pass(40 * DAY);
    expect((await purged(service)).failed).toBeGreaterThan(0);
    const found = await service.ports.images.findWithTransfer(id, transfer.id);
    expect(found.transfer?.state).toBe("open");
    expect(found.image?.leftovers_purged).not.toBe(true);
  });

  it("and the scrubber do nothing by a table that was restored, until the reaper is released", async () => {
    const service = memoryService({ ...purging, delayed_delete: true });
    const waiting = await deletedImage(service);
    await service.ports.tableHeartbeats.replace(undefined, { table: "table-1", beat: 5 });
    await service.ports.bucketHeartbeats.replace(undefined, { table: "table-1", beat: 5 });
    service.restoreAs("table-2");
    service.pass(400 * DAY);
    for (const job of [scrubber(service.ports), purge(service.ports)]) {
      const { run } = aRun();
      await job.run(run);
      expect(run.tally.counts()).toMatchObject({ examined: 0, acted: 0 });
    }
    expect(await statusOf(service, waiting)).toBe("pending_delete");
    service.restoreAs("table-1");
    const { run } = aRun();
    await scrubber(service.ports).run(run);
    expect(await statusOf(service, waiting)).toBe("deleted");
    await removeAll(service);
    service.pass(400 * DAY);
    service.restoreAs("table-2");
    await purged(service);
    expect(await statusOf(service, waiting)).toBe("deleted");
  });
});

describe("the reaping", () => {
  async function reaped(service: Service, images = service.ports.images) {
    const { run } = aRun();
    await reap({ ...service.ports, images })(run);
    return run.tally.counts();
  }
  async function uploading(service: Service) {
    const { id } = await service.queuedImage();
    return { id, ...(await service.uploaded(id, data)) };
  }

  it("leaves a living transfer alone", async () => {
    const service = memoryService();
    const { ref } = await uploading(service);
    service.pass(50);
    expect(await reaped(service)).toMatchObject({ acted: 0 });
    const { run, lines } = aRun({ dryRun: true });
    await reap(service.ports)(run);
    expect(lines).toEqual([]);
    const { transfer } = await service.ports.images.findWithTransfer(ref.imageId, ref.transferId);
    expect(transfer?.state).toBe("open");
  });

  it("ends no transfer that was used again since it was found to be dead", async () => {
    const service = memoryService();
    const { id, ref } = await uploading(service);
    const { findWithTransfer } = service.ports.images;
    const found = await findWithTransfer(id, ref.transferId);
    if (!found.transfer) throw new Error("no transfer");
    const until = new Date(service.ports.clock().getTime() + 3600_000).toISOString();
    expect(await service.ports.images.touch(found.transfer, until)).toBe(true);
    service.pass(600);
    let isFirst = true;
    const images = {
      ...service.ports.images,
      findWithTransfer: async (...words: Parameters<typeof findWithTransfer>) => {
        if (!isFirst) return findWithTransfer(...words);
        isFirst = false;
        return found;
      },
    };
    await reaped(service, images);
    expect((await findWithTransfer(id, ref.transferId)).transfer?.state).toBe("open");
    expect((await service.ports.images.find(id))?.status).toBe("saving");
    expect(service.work.deleting).toEqual([]);
  });

  it("gives a completion time to be finished by its own message", async () => {
    const service = memoryService();
    const { ref, complete } = await uploading(service);
    await complete({ checksum: undefined, os_hash_value: undefined });
    service.work.finalizing.splice(0);
    expect(await reaped(service)).toMatchObject({ acted: 0 });
    expect(service.work.finalizing).toEqual([]);
    service.pass(600);
    expect(await reaped(service)).toMatchObject({ acted: 1 });
    expect(service.work.finalizing).toMatchObject([ref]);
  });

  it("passes over a transfer that has ended since it was listed", async () => {
    const service = memoryService();
    const { id, ref, complete } = await uploading(service);
    await complete();
    service.pass(600);
    const images = {
      ...service.ports.images,
      openTransfers: async () => ({ transfers: [{ imageId: id, transferId: ref.transferId }] }),
    };
    expect(await reaped(service, images)).toMatchObject({ examined: 0, acted: 0, failed: 0 });
    expect((await service.ports.images.find(id))?.status).toBe("active");
  });

  it("leaves deletions to their own message as long as they are young", async () => {
    const service = memoryService();
    await deletedImage(service);
    service.work.deleting.splice(0);
    expect(await reaped(service)).toMatchObject({ acted: 0 });
    expect(service.work.deleting).toEqual([]);
    service.pass(600);
    await reaped(service);
    expect(service.work.deleting).toHaveLength(1);
  });
});

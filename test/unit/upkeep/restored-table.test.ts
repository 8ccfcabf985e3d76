import { describe, expect, it } from "vitest";
import { deleteImage } from "../../../shared/images/operations/delete-image.ts";
import { recoverImage } from "../../../shared/images/operations/recover-image.ts";
import { restoreImage } from "../../../shared/images/operations/restore-image.ts";
import { uploadImage } from "../../../shared/images/operations/transfers/upload-image.ts";
import { purge } from "../../../shared/upkeep/operations/purge.ts";
import { type Job, runJob } from "../../../shared/upkeep/operations/run-job.ts";
import { scrubber } from "../../../shared/upkeep/operations/scrubber.ts";
import { admin, demo } from "../../fakes/images/service.ts";
import { DAY, type ReaperService, reaperService } from "../../fakes/upkeep/reaper.ts";

const settings = { delayed_delete: true, scrub_time: 0, purge_age_in_days: 1, reaper_max_orphans: 1000 };

const fire = (service: ReaperService, job: Job, dryRun = false) =>
  runJob(service.ports)(job, {
    ...{ dryRun, release: false, now: true, limits: { hasTime: () => true } },
    log: () => undefined,
  });
const scrub = (service: ReaperService, dryRun?: boolean) => fire(service, scrubber(service.ports), dryRun);
const purged = (service: ReaperService) =>
  fire(service, purge({ ...service.ports, settings: { ...service.ports.settings } }));

async function active(service: ReaperService): Promise<string> {
  const { id } = await service.queuedImage();
  await uploadImage(service.ports)(demo, id, Buffer.from("0123456789"));
  const key = (await service.ports.images.find(id))?.locations[0]?.key ?? "";
  service.ages.set(key, service.ago(0));
  return id;
}

/** Everything that a point-in-time restore brings back. */
function tableOf({ metadata, table }: ReaperService) {
  const { images, transfers, deletions } = metadata;
  const kept = [new Map(images), new Map(transfers), new Map(deletions)] as const;
  const beat = table.now();
  return () => {
    for (const [index, map] of [images, transfers, deletions].entries()) {
      map.clear();
      for (const [key, record] of kept[index] ?? []) map.set(key, record as never);
    }
    table.set(beat);
  };
}

/** A table of a moment at which images were deleted in every way, beside a bucket of images that are all back. */
async function restoredTable() {
  const service = reaperService(settings);
  for (let run = 0; run < 3; run++) await service.fire();
  const waiting = await active(service);
  const scrubbed = await active(service);
  const gone = await active(service);
  for (const id of [scrubbed, gone]) await deleteImage(service.ports)(demo, id);
  await scrub(service);
  await service.deletePending();
  await recoverImage(service.ports)(admin, scrubbed);
  await deleteImage(service.ports)(demo, scrubbed);
  await scrub(service);
  // Its deletion waits at this moment, that of `gone` is over.
  const messages = [...service.work.deleting];
  await deleteImage(service.ports)(demo, waiting);
  const restore = tableOf(service);

  await service.deletePending();
  await restoreImage(service.ports)(admin, waiting);
  for (const id of [scrubbed, gone]) await recoverImage(service.ports)(admin, id);
  service.pass(2 * DAY);
  await service.fire();
  expect(service.bytes.objects.size).toBe(3);
  const statuses = async () =>
    Promise.all([waiting, scrubbed, gone].map(async (id) => (await service.ports.images.find(id))?.status));
  expect(await statuses()).toEqual(["active", "active", "active"]);
  restore();
  expect(await statuses()).toEqual(["pending_delete", "deleted", "deleted"]);
  expect([...service.metadata.deletions.keys()]).toEqual(messages.map(({ deletionId }) => deletionId));
  return { service, images: [waiting, scrubbed, gone] };
}

const waits = { acted: 0, failed: 0, waits: expect.stringContaining("an earlier state of itself") };

describe("a table restored to an earlier moment beside today's bucket", () => {
  it("loses no object and no record by any job, however long it stays so", async () => {
    const { service, images } = await restoredTable();
    for (let day = 0; day < 3; day++) {
      expect(await scrub(service)).toMatchObject(waits);
      expect(await purged(service)).toMatchObject(waits);
      expect(await service.fire()).toMatchObject({ stopped: /earlier state of itself/, acted: 0 });
      await service.deletePending();
      service.pass(200 * DAY);
    }
    expect(service.bytes.objects.size).toBe(3);
    for (const id of images) expect(await service.ports.images.find(id)).toBeDefined();
    expect(service.metadata.deletions.size).toBe(1);
  });

  it("is the same when the table has another identity", async () => {
    const service = reaperService(settings);
    for (let run = 0; run < 2; run++) await service.fire();
    await deleteImage(service.ports)(demo, await active(service));
    service.restoreAs("table-2");
    const copied = { acted: 0, waits: expect.stringContaining("restored or copied") };
    expect(await scrub(service)).toMatchObject(copied);
    expect(await purged(service)).toMatchObject(copied);
  });

  it("shows in a dry run what would be done", async () => {
    const { service } = await restoredTable();
    expect(await scrub(service, true)).toMatchObject({ ...waits, would_act: 1 });
    expect(service.metadata.deletions.size).toBe(1);
  });

  it("lets all jobs go on by themselves when an operator has released the reaper", async () => {
    const { service } = await restoredTable();
    await service.fire();
    await service.fire({ release: true });
    const result = await scrub(service);
    expect(result).toMatchObject({ acted: 1, failed: 0 });
    expect(result).not.toHaveProperty("waits");
  });

  it("before the first beat nothing waits", async () => {
    const service = reaperService(settings);
    await deleteImage(service.ports)(demo, await active(service));
    service.pass(1);
    expect(await scrub(service)).toMatchObject({ acted: 1 });
  });
});

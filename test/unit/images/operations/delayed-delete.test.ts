import { describe, expect, it } from "vitest";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { restoreImage } from "../../../../shared/images/operations/restore-image.ts";
import { showImage } from "../../../../shared/images/operations/show-image.ts";
import { scrubber } from "../../../../shared/upkeep/operations/scrubber.ts";
import { admin, alt, demo, memoryService } from "../../../fakes/images/service.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";
import {
  activeImage,
  always,
  data,
  deletedImage,
  listed,
  removeAll,
  scrub,
  stored,
} from "./deleted-service.ts";

describe("delayed delete", () => {
  it("keeps the bytes, and the image is gone for everyone", async () => {
    const service = memoryService({ delayed_delete: true });
    const id = await deletedImage(service);
    await removeAll(service);
    expect(await stored(service, id)).toMatchObject({ status: "pending_delete" });
    expect((await stored(service, id)).deleted_at).not.toBeNull();
    expect(service.bytes.objects.size).toBe(1);
    for (const caller of [demo, alt, admin]) {
      await expect(showImage(service.ports)(caller, id)).rejects.toMatchObject({ status: 404 });
      await expect(deleteImage(service.ports)(caller, id)).rejects.toMatchObject({ status: 404 });
    }
    expect(await listed(service)).toEqual([]);
    expect([...service.metadata.outboxEntries.values()].at(-1)?.event_type).toBe("image.delete");
  });

  it("does not concern images without data", async () => {
    const service = memoryService({ delayed_delete: true });
    const { id } = await service.queuedImage();
    await deleteImage(service.ports)(demo, id);
    expect((await stored(service, id)).status).toBe("deleted");
    const saving = await service.queuedImage();
    await service.uploaded(saving.id, data);
    await deleteImage(service.ports)(demo, saving.id);
    await removeAll(service);
    expect((await stored(service, saving.id)).status).toBe("deleted");
    expect(service.bytes.uploads.size).toBe(0);
  });

  it("takes in a deactivated image, which is deactivated again when it is restored", async () => {
    const service = memoryService({ delayed_delete: true });
    const id = await activeImage(service);
    const before = await stored(service, id);
    await service.ports.images.commit({ image: { before, after: { ...before, status: "deactivated" } } });
    await deleteImage(service.ports)(demo, id);
    expect((await stored(service, id)).status).toBe("pending_delete");
    await restoreImage(service.ports)(admin, id);
    expect((await stored(service, id)).status).toBe("deactivated");
  });
});

describe("the scrubber", () => {
  it("takes the bytes when scrub_time has passed since the deletion, not before", async () => {
    const service = memoryService({ delayed_delete: true, scrub_time: 100 });
    const id = await deletedImage(service);
    const deletedAt = (await stored(service, id)).deleted_at;
    service.pass(99);
    expect(await scrub(service.ports)(always)).toEqual({
      examined: 0,
      acted: 0,
      failed: 0,
    });
    service.pass(2);
    const once = { examined: 1, acted: 1, failed: 0, oldest: deletedAt };
    expect(await scrub(service.ports)(always)).toEqual(once);
    expect((await stored(service, id)).status).toBe("deleted");
    await removeAll(service);
    expect(service.bytes.objects.size).toBe(0);
    expect(await scrub(service.ports)(always)).toEqual({ examined: 0, acted: 0, failed: 0 });
  });

  it("changes nothing in a dry run", async () => {
    const service = memoryService({ delayed_delete: true });
    const id = await deletedImage(service);
    service.pass(1);
    const { run } = aRun({ dryRun: true });
    await scrubber(service.ports).run(run);
    expect(run.wouldAct).toBe(1);
    expect((await stored(service, id)).status).toBe("pending_delete");
    expect(service.work.deleting).toEqual([]);
  });

  it("goes through many pages, with any pool, and two runs at once do no harm", async () => {
    const service = memoryService({ delayed_delete: true, scrub_pool_size: 7 });
    for (let n = 0; n < 230; n++) await deletedImage(service);
    service.pass(1);
    const [one, other] = await Promise.all([scrub(service.ports)(always), scrub(service.ports)(always)]);
    expect(one.acted + other.acted).toBe(230);
    expect(one.failed + other.failed).toBe(0);
    await removeAll(service);
    expect(service.bytes.objects.size).toBe(0);
    expect(await service.ports.images.pendingDeletions(10)).toEqual([]);
  });

  it("goes on past an image that fails, and stops when its time is over", async () => {
    const service = memoryService({ delayed_delete: true });
    const bad = await deletedImage(service);
    for (let n = 0; n < 5; n++) await deletedImage(service);
    service.pass(1);
    const images = {
      ...service.ports.images,
      find: async (id: string) => {
        if (id === bad) throw new Error("unreadable");
        return service.ports.images.find(id);
      },
    };
    let left = 3;
    const hurried = await scrub({ ...service.ports, images })(() => left-- > 0);
    expect(hurried).toMatchObject({ examined: 3, acted: 2, failed: 1 });
    expect(await scrub({ ...service.ports, images })(always)).toMatchObject({ acted: 3, failed: 1 });
    expect(await scrub(service.ports)(always)).toMatchObject({ examined: 1, acted: 1, failed: 0 });
  });
});

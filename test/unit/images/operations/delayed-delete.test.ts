import { describe, expect, it } from "vitest";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { recoverImage } from "../../../../shared/images/operations/recover-image.ts";
import { restoreImage } from "../../../../shared/images/operations/restore-image.ts";
import { showImage } from "../../../../shared/images/operations/show-image.ts";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { purge as purgeJob } from "../../../../shared/upkeep/operations/purge.ts";
import type { Job } from "../../../../shared/upkeep/operations/run-job.ts";
import { scrubber } from "../../../../shared/upkeep/operations/scrubber.ts";
import { admin, alt, demo, memoryService } from "../../../fakes/images/service.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";

const data = Buffer.from("0123456789");
const always = () => true;
const DAY = 86_400;
type Service = ReturnType<typeof memoryService>;

async function activeImage(service: Service) {
  const { id } = await service.queuedImage({ name: "one", tags: ["t"], properties: { a: "b" } });
  await uploadImage(service.ports)(demo, id, data);
  return id;
}

async function deletedImage(service: Service) {
  const id = await activeImage(service);
  await deleteImage(service.ports)(demo, id);
  return id;
}

const ran =
  (job: (ports: Service["ports"]) => Job) => (ports: Service["ports"]) => async (hasTime: () => boolean) => {
    const { run } = aRun({ hasTime });
    await job(ports).run(run);
    return run.tally.counts();
  };
const scrub = ran(scrubber);
const purge = ran(purgeJob);

/** What the delete worker does with the messages so far. */
async function removeAll({ ports, work }: Service) {
  for (const { deletionId } of work.deleting.splice(0)) await deleteBytes(ports)(deletionId);
}

const stored = async ({ ports }: Service, id: string) => {
  const image = await ports.images.find(id);
  if (!image) throw new Error("no record");
  return image;
};

async function listed({ ports }: Service): Promise<string[]> {
  const ids: string[] = [];
  const scopes = [{ kind: "everything" } as const];
  for await (const { id } of ports.lists.list({
    scopes,
    sortKey: "created_at",
    direction: "asc",
    expected: 9,
  }))
    ids.push(id);
  return ids;
}

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

describe("a restoration", () => {
  it("brings back everything that the image had, and tells of it", async () => {
    const service = memoryService({ delayed_delete: true });
    const id = await activeImage(service);
    const before = await stored(service, id);
    const member = {
      image_id: id,
      member_id: "p",
      status: "accepted",
      created_at: "",
      updated_at: "",
    } as const;
    await service.ports.images.commit({
      image: { before, after: { ...before, member_count: 1 } },
      writes: [{ kind: "member", before: undefined, after: member }],
    });
    await deleteImage(service.ports)(demo, id);
    await restoreImage(service.ports)(admin, id);
    const { revision, updated_at, ...after } = await stored(service, id);
    const { revision: _, updated_at: __, ...was } = before;
    expect(after).toEqual({ ...was, member_count: 1 });
    expect(await service.ports.images.members(id)).toEqual([member]);
    expect(await listed(service)).toEqual([id]);
    expect([...service.metadata.outboxEntries.values()].at(-1)).toMatchObject({
      event_type: "image.update",
      payload: { status: "active", deleted: false, deleted_at: null },
    });
    await expect(restoreImage(service.ports)(admin, id)).rejects.toMatchObject({
      status: 409,
      message: "cannot restore the image from active to active",
    });
  });

  it("is for admins, who learn what there is, and nobody else does", async () => {
    const service = memoryService({ delayed_delete: true });
    const id = await deletedImage(service);
    for (const act of [restoreImage, recoverImage]) {
      await expect(act(service.ports)(demo, id)).rejects.toMatchObject({ status: 403 });
      await expect(act(service.ports)(demo, "none")).rejects.toMatchObject({ status: 403 });
      await expect(act(service.ports)({ ...admin, scope: "system" }, id)).rejects.toMatchObject({
        status: 403,
      });
      await expect(act(service.ports)(admin, "none")).rejects.toMatchObject({ status: 404 });
    }
    await scrub(service.ports)(always);
    await expect(restoreImage(service.ports)(admin, id)).rejects.toThrow(
      "cannot restore the image from deleted to active (",
    );
  });

  it("and a scrub at the same time: exactly one wins", async () => {
    for (let n = 0; n < 50; n++) {
      const service = memoryService({ delayed_delete: true });
      const id = await deletedImage(service);
      service.pass(1);
      const [, restored] = await Promise.allSettled(
        n % 2 === 0
          ? [scrub(service.ports)(always), restoreImage(service.ports)(admin, id)]
          : [undefined, restoreImage(service.ports)(admin, id), scrub(service.ports)(always)],
      );
      await removeAll(service);
      const { status } = await stored(service, id);
      expect(status).toBe(restored?.status === "fulfilled" ? "active" : "deleted");
      expect(service.bytes.objects.size).toBe(status === "active" ? 1 : 0);
    }
  });

  it("takes back no bytes for an image that was scrubbed meanwhile", async () => {
    const service = memoryService({ delayed_delete: true });
    const id = await deletedImage(service);
    service.pass(1);
    const deletedBlobs = {
      bringBack: async (key: string) => {
        await scrub(service.ports)(always);
        await removeAll(service);
        return service.ports.deletedBlobs.bringBack(key);
      },
    };
    const late = restoreImage({ ...service.ports, deletedBlobs })(admin, id);
    await expect(late).rejects.toMatchObject({ status: 409 });
    await removeAll(service);
    expect((await stored(service, id)).status).toBe("deleted");
    expect(service.bytes.objects.size).toBe(0);
  });
});

describe("a recovery", () => {
  it("brings a deleted image back as it was, with its bytes, and has them verified", async () => {
    const service = memoryService();
    const id = await activeImage(service);
    const { revision, updated_at, ...was } = await stored(service, id);
    await deleteImage(service.ports)(demo, id);
    await removeAll(service);
    expect(service.bytes.objects.size).toBe(0);
    await recoverImage(service.ports)(admin, id);
    const { revision: _, updated_at: __, ...is } = await stored(service, id);
    expect(is).toEqual(was);
    expect(service.bytes.objects.get(was.location?.key ?? "")).toEqual(data);
    expect(service.work.finalizing).toEqual([{ imageId: id, transferId: was.location?.key.split("/")[1] }]);
    await expect(recoverImage(service.ports)(admin, id)).rejects.toMatchObject({ status: 409 });
  });

  it("waits until the deletion of the bytes is over, and leaves it its way", async () => {
    const service = memoryService();
    const id = await deletedImage(service);
    const before = await stored(service, id);
    await expect(recoverImage(service.ports)(admin, id)).rejects.toThrow("try again in some minutes");
    expect(await stored(service, id)).toEqual(before);

    // The deletion is written by somebody else just behind the first look.
    const pages = [[], await service.ports.images.pendingDeletions(1)];
    const pendingDeletions = async (limit: number, after?: string) =>
      pages.shift() ?? service.ports.images.pendingDeletions(limit, after);
    const images = { ...service.ports.images, pendingDeletions };
    service.work.deleting.splice(0);
    await expect(recoverImage({ ...service.ports, images })(admin, id)).rejects.toThrow("try again");
    expect(await stored(service, id)).toEqual({ ...before, revision: before.revision + 2 });
    expect(service.work.deleting).toHaveLength(1);
    await removeAll(service);
    expect(service.bytes.objects.size).toBe(0);
    await recoverImage(service.ports)(admin, id);
    expect(service.bytes.objects.size).toBe(1);
  });

  it("of bytes that are not kept any more, or never were, is refused and changes nothing", async () => {
    const service = memoryService();
    const id = await deletedImage(service);
    await removeAll(service);
    service.bytes.kept.clear();
    await expect(recoverImage(service.ports)(admin, id)).rejects.toMatchObject({ status: 410 });
    expect(await stored(service, id)).toMatchObject({ status: "deleted", location: { size: data.length } });
    const empty = await service.queuedImage();
    await deleteImage(service.ports)(demo, empty.id);
    await expect(recoverImage(service.ports)(admin, empty.id)).rejects.toThrow("it had no data");
    await expect(recoverImage(service.ports)(admin, await activeImage(service))).rejects.toThrow(
      "it is active, not deleted",
    );
  });

  it("is not undone by a deletion that another run still has in hand", async () => {
    const service = memoryService();
    const id = await deletedImage(service);
    const [message] = service.work.deleting.splice(0);
    const deletionId = message?.deletionId ?? "";
    let goOn = () => {};
    const blocked = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const blobs = {
      ...service.ports.blobs,
      delete: async (key: string) => {
        await blocked;
        await service.ports.blobs.delete(key);
      },
    };
    const slow = deleteBytes({ ...service.ports, blobs })(deletionId);
    expect(await deleteBytes(service.ports)(deletionId)).toBe("in other hands");
    await expect(recoverImage(service.ports)(admin, id)).rejects.toMatchObject({ status: 409 });
    goOn();
    expect(await slow).toBe("removed");
    expect(await deleteBytes(service.ports)(deletionId)).toBe("nothing to do");
    await recoverImage(service.ports)(admin, id);
    expect((await stored(service, id)).status).toBe("active");
    expect(service.bytes.objects.size).toBe(1);
  });
});

describe("the purge", () => {
  const settings = { purge_age_in_days: 30, purge_images_table_age_in_days: 180, delayed_delete: false };

  /** A deleted image of 130 members, whose bytes are gone. */
  async function withLeftovers(service: Service) {
    const id = await activeImage(service);
    let image = await stored(service, id);
    for (let n = 0; n < 130; n++) {
      const member = {
        image_id: id,
        member_id: `p${n}`,
        status: "pending",
        created_at: "",
        updated_at: "",
      } as const;
      ({ image } = await service.ports.images.commit({
        image: { before: image, after: { ...image, member_count: n + 1 } },
        writes: [{ kind: "member", before: undefined, after: member }],
      }));
    }
    await deleteImage(service.ports)(demo, id);
    await removeAll(service);
    return id;
  }

  it("takes members and transfers first, the record later, and then the id is free", async () => {
    const service = memoryService(settings);
    const id = await withLeftovers(service);
    service.pass(29 * DAY);
    expect(await purge(service.ports)(always)).toMatchObject({ examined: 0, acted: 0, failed: 0 });
    expect(await service.ports.images.members(id)).toHaveLength(130);
    service.pass(DAY + 1);
    expect(await purge(service.ports)(always)).toMatchObject({ examined: 1, acted: 1, failed: 0 });
    expect(await service.ports.images.members(id)).toEqual([]);
    expect(await service.ports.deletedImages.transfersOf(id)).toEqual([]);
    expect(await stored(service, id)).toMatchObject({ status: "deleted", member_count: 0 });
    expect(await purge(service.ports)(always)).toMatchObject({ examined: 0 });
    await expect(service.queuedImage({ id })).rejects.toMatchObject({ status: 409 });
    service.pass(150 * DAY);
    expect(await purge(service.ports)(always)).toMatchObject({ examined: 1, acted: 1, failed: 0 });
    expect(await service.ports.images.find(id)).toBeUndefined();
    expect((await service.queuedImage({ id })).id).toBe(id);
  });

  it("leaves an image alone as long as bytes wait to be deleted, may be recovered, or were recovered", async () => {
    const service = memoryService({
      ...settings,
      purge_images_table_age_in_days: 1,
      purge_age_in_days: 0,
      deleted_bytes_retention_days: 7,
    });
    const id = await deletedImage(service);
    service.pass(400 * DAY);
    expect(await purge(service.ports)(always)).toMatchObject({ acted: 0, failed: 0 });
    expect((await service.ports.images.find(id))?.status).toBe("deleted");
    await removeAll(service);
    expect(await purge(service.ports)(always)).toMatchObject({ acted: 2, failed: 0 });
    expect(await service.ports.images.find(id)).toBeUndefined();

    const kept = await deletedImage(service);
    await removeAll(service);
    service.pass(5 * DAY);
    expect(await purge(service.ports)(always)).toMatchObject({ acted: 1, failed: 0 });
    await recoverImage(service.ports)(admin, kept);
    service.pass(400 * DAY);
    expect(await purge(service.ports)(always)).toEqual({ examined: 0, acted: 0, failed: 0 });
    expect((await stored(service, kept)).status).toBe("active");
  });

  it("never forgets a record that was changed since it was read", async () => {
    const service = memoryService({ ...settings, purge_images_table_age_in_days: 31 });
    const id = await deletedImage(service);
    await removeAll(service);
    service.pass(60 * DAY);
    const deletedImages = {
      ...service.ports.deletedImages,
      forget: async (image: Parameters<typeof service.ports.deletedImages.forget>[0]) => {
        await recoverImage(service.ports)(admin, id);
        return service.ports.deletedImages.forget(image);
      },
    };
    expect(await purge({ ...service.ports, deletedImages })(always)).toMatchObject({ acted: 1, failed: 0 });
    expect((await stored(service, id)).status).toBe("active");
    expect(service.bytes.objects.size).toBe(1);
  });

  it("changes nothing in a dry run", async () => {
    const service = memoryService({ ...settings, purge_images_table_age_in_days: 30 });
    const id = await withLeftovers(service);
    service.pass(31 * DAY);
    const before = await stored(service, id);
    const { run } = aRun({ dryRun: true });
    await purgeJob(service.ports).run(run);
    expect(run.wouldAct).toBe(1);
    expect(await stored(service, id)).toEqual(before);
    expect(await service.ports.images.members(id)).toHaveLength(130);
  });

  it("deals with purge_max_rows images a run, oldest first", async () => {
    const service = memoryService({ ...settings, purge_max_rows: 3 });
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push(await deletedImage(service));
    await removeAll(service);
    service.pass(40 * DAY);
    expect(await purge(service.ports)(always)).toMatchObject({ examined: 3, acted: 3 });
    const purged = await Promise.all(ids.map(async (id) => (await stored(service, id)).leftovers_purged));
    expect(purged).toEqual([true, true, true, false, false]);
    expect(await purge(service.ports)(always)).toMatchObject({ examined: 2, acted: 2 });
  });
});

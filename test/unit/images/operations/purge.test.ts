import { describe, expect, it } from "vitest";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { recoverImage } from "../../../../shared/images/operations/recover-image.ts";
import { purge as purgeJob } from "../../../../shared/upkeep/operations/purge.ts";
import { admin, demo, memoryService } from "../../../fakes/images/service.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";
import {
  activeImage,
  always,
  DAY,
  deletedImage,
  purge,
  removeAll,
  type Service,
  stored,
} from "./deleted-service.ts";

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

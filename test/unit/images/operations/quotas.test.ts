import { describe, expect, it } from "vitest";
import { Unavailable } from "../../../../shared/errors.ts";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { createImage } from "../../../../shared/images/operations/create-image.ts";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { showUsage } from "../../../../shared/images/operations/quotas/show-usage.ts";
import { finalizeImage } from "../../../../shared/images/operations/transfers/finalize-image.ts";
import { openTransfer } from "../../../../shared/images/operations/transfers/open-transfer.ts";
import { stageImage, uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { updateImage } from "../../../../shared/images/operations/update-image.ts";
import type { Settings } from "../../../../shared/settings.ts";
import { alt, demo, memoryService } from "../../../fakes/images/service.ts";

const MIB = 1024 ** 2;
const data = Buffer.from("0123456789");
const unified = (limits: Partial<Settings>) => memoryService({ use_keystone_limits: true, ...limits });
const tooLarge = { status: 413 };
const open = (size: number | null, stage = false) => ({ size, leaseSeconds: 60, stage, multipart: true });

/** Deletes what has been cut loose, as the worker does. */
async function removeAll({ ports, work }: ReturnType<typeof memoryService>) {
  for (const { deletionId } of work.deleting.splice(0)) await deleteBytes(ports)(deletionId);
}

describe("image_count_total", () => {
  it("bounds the images of a project, and a deletion makes room at once", async () => {
    const service = unified({ image_count_total: 2 });
    const { id } = await service.queuedImage();
    await service.queuedImage();
    await expect(service.queuedImage()).rejects.toMatchObject(tooLarge);
    await createImage(service.ports)(alt, { properties: {} });
    await deleteImage(service.ports)(demo, id);
    await service.queuedImage();
    await expect(service.queuedImage()).rejects.toThrow("current usage 2 and delta 1");
  });

  it("counts for the owner that an admin names, and giving an image away is not judged", async () => {
    const service = unified({ image_count_total: 1 });
    const admin = { ...demo, projectId: "admin-project", roles: ["admin", "member", "reader"] };
    const { id } = await createImage(service.ports)(admin, { owner: demo.projectId, properties: {} });
    await expect(service.queuedImage()).rejects.toMatchObject(tooLarge);
    await createImage(service.ports)(admin, { properties: {} });
    await updateImage(service.ports)(admin, id, [{ op: "replace", name: "owner", value: admin.projectId }]);
    expect(await service.metadata.usage.read(admin.projectId)).toMatchObject({ image_count_total: 2 });
    await service.queuedImage();
  });
});

describe.each([
  ["image_size_total", unified, { image_size_total: 1 }, 2 * MIB],
  ["user_storage_quota", memoryService, { user_storage_quota: 15 }, 16],
] as const)("%s", (name, make, limit, above) => {
  it("refuses an upload that announces too much, in one piece or in parts, and leaves the image queued", async () => {
    const service = make(limit);
    const { id } = await service.queuedImage();
    await expect(openTransfer(service.ports)(demo, id, open(above))).rejects.toMatchObject(tooLarge);
    expect(service.bytes.uploads.size).toBe(0);
    if (name === "user_storage_quota") {
      const whole = uploadImage(service.ports)(demo, id, Buffer.alloc(above));
      await expect(whole).rejects.toThrow("15 bytes remaining");
    }
    expect((await service.ports.images.find(id))?.status).toBe("queued");
    expect(service.bytes.objects.size).toBe(0);
    await uploadImage(service.ports)(demo, id, data);
  });

  it("does not judge what is staged", async () => {
    const service = make(limit);
    const { id } = await service.queuedImage();
    await openTransfer(service.ports)(demo, id, open(above, true));
  });
});

describe("an upload that began while there was room", () => {
  const room = { user_storage_quota: 15 };

  it("is refused at its end when others have taken it, and its bytes are deleted", async () => {
    const service = memoryService(room);
    const [first, second] = [await service.queuedImage(), await service.queuedImage()];
    const uploads = [
      await service.uploaded(first.id, data),
      await service.uploaded(second.id, data),
    ] as const;
    await uploads[0].complete();
    await expect(uploads[1].complete()).rejects.toMatchObject({
      status: 413,
      message: expect.stringContaining("The size of the data 10 will exceed the limit. 5 bytes remaining."),
    });
    // Asking again tells the same.
    await expect(uploads[1].complete()).rejects.toMatchObject(tooLarge);
    const refused = await service.ports.images.find(second.id);
    expect(refused).toMatchObject({ status: "queued", size: null, checksum: null, locations: [] });
    await removeAll(service);
    expect(service.bytes.objects.size).toBe(1);
    expect(await service.metadata.usage.read(demo.projectId)).toEqual({
      image_count_total: 2,
      image_count_uploading: 0,
      image_size_total: 10,
      image_stage_total: 0,
    });
    await deleteImage(service.ports)(demo, first.id);
    await uploadImage(service.ports)(demo, second.id, data);
  });

  it("is refused by the worker too, when nobody stated hashes", async () => {
    const service = memoryService(room);
    const [first, second] = [await service.queuedImage(), await service.queuedImage()];
    const { ref, complete } = await service.uploaded(second.id, data);
    await complete({ checksum: undefined, os_hash_value: undefined });
    await uploadImage(service.ports)(demo, first.id, data);
    expect(await finalizeImage(service.ports)(ref, () => true)).toBe("refused");
    expect((await service.ports.images.find(second.id))?.status).toBe("queued");
    const { transfer } = await service.ports.images.findWithTransfer(second.id, ref.transferId);
    expect(transfer).toMatchObject({ state: "aborted", failure: { code: 413 } });
  });

  it("of unknown size begins while a byte is free", async () => {
    const service = memoryService({ user_storage_quota: data.length });
    const [first, second] = [await service.queuedImage(), await service.queuedImage()];
    const { transfer } = await openTransfer(service.ports)(demo, second.id, open(null));
    expect(transfer.state).toBe("open");
    await uploadImage(service.ports)(demo, first.id, data);
    const third = await service.queuedImage();
    await expect(openTransfer(service.ports)(demo, third.id, open(null))).rejects.toMatchObject(tooLarge);
  });

  it("waits for the limits when nobody can tell them: the bytes are not lost", async () => {
    const service = memoryService(room);
    const { id } = await service.queuedImage();
    const { ref, complete } = await service.uploaded(id, data);
    const { of } = service.ports.limits;
    service.ports.limits.of = async () => {
      throw new Unavailable("away");
    };
    await expect(complete()).rejects.toMatchObject({ status: 503 });
    expect((await service.ports.images.find(id))?.status).toBe("saving");
    service.ports.limits.of = of;
    expect(await finalizeImage(service.ports)(ref, () => true)).toBe("verified");
    expect((await service.ports.images.find(id))?.status).toBe("active");
  });
});

describe("image_count_uploading", () => {
  it("bounds uploads and stages under way, which end with the upload", async () => {
    const service = unified({ image_count_uploading: 1 });
    const [first, second] = [await service.queuedImage(), await service.queuedImage()];
    const { complete } = await service.uploaded(first.id, data);
    await expect(openTransfer(service.ports)(demo, second.id, open(1))).rejects.toThrow(
      "image_count_uploading is over limit of 1 due to current usage 1 and delta 1",
    );
    await expect(stageImage(service.ports)(demo, second.id, data)).rejects.toMatchObject(tooLarge);
    expect((await service.ports.images.find(second.id))?.status).toBe("queued");
    await complete();
    await uploadImage(service.ports)(demo, second.id, data);
  });
});

describe("image_stage_total", () => {
  it("bounds what is staged, by what is announced and by what is there", async () => {
    const service = unified({ image_stage_total: 1 });
    const [first, second, third] = [
      await service.queuedImage(),
      await service.queuedImage(),
      await service.queuedImage(),
    ];
    await expect(openTransfer(service.ports)(demo, first.id, open(2 * MIB, true))).rejects.toThrow(
      "image_stage_total is over limit of 1 due to current usage 0 and delta 2",
    );
    const most = Buffer.alloc(1.5 * MIB);
    const late = await service.uploaded(second.id, most, { partBytes: MIB, stage: true });
    await stageImage(service.ports)(demo, first.id, most);
    await expect(late.complete()).rejects.toMatchObject(tooLarge);
    expect((await service.ports.images.find(second.id))?.status).toBe("queued");
    await uploadImage(service.ports)(demo, third.id, most);
    expect(await service.metadata.usage.read(demo.projectId)).toEqual({
      image_count_total: 3,
      image_count_uploading: 1,
      image_size_total: 1.5 * MIB,
      image_stage_total: 1.5 * MIB,
    });
  });
});

describe("info/usage", () => {
  it("shows usage and limits in the units of the limits, -1 for unlimited ones", async () => {
    const service = unified({ image_count_total: 7, image_size_total: 9 });
    const { id } = await service.queuedImage();
    await uploadImage(service.ports)(demo, id, Buffer.alloc(3.9 * MIB));
    expect(await showUsage(service.ports)(demo)).toEqual({
      image_size_total: { usage: 3, limit: 9 },
      image_stage_total: { usage: 0, limit: -1 },
      image_count_total: { usage: 1, limit: 7 },
      image_count_uploading: { usage: 0, limit: -1 },
    });
    expect(await showUsage(service.ports)(alt)).toMatchObject({ image_count_total: { usage: 0, limit: 7 } });
  });

  it("is empty without unified limits, the older quota or not", async () => {
    expect(await showUsage(memoryService({ user_storage_quota: 5 }).ports)(demo)).toEqual({});
  });
});

it("unified limits take the place of the older quota", async () => {
  const service = unified({ user_storage_quota: 1 });
  const { id } = await service.queuedImage();
  await uploadImage(service.ports)(demo, id, data);
});

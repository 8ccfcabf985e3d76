import { describe, expect, it } from "vitest";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { recoverImage } from "../../../../shared/images/operations/recover-image.ts";
import { restoreImage } from "../../../../shared/images/operations/restore-image.ts";
import { admin, demo, memoryService } from "../../../fakes/images/service.ts";
import { theStore } from "../../../fakes/images/the-store.ts";
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
    const deletedBlobs = theStore({
      bringBack: async (key: string) => {
        await scrub(service.ports)(always);
        await removeAll(service);
        return service.bytes.deletedBlobs.bringBack(key);
      },
    });
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
    expect(service.bytes.objects.get(was.locations[0]?.key ?? "")).toEqual(data);
    expect(service.work.finalizing).toEqual([
      { imageId: id, transferId: was.locations[0]?.key.split("/")[1] },
    ]);
    await expect(recoverImage(service.ports)(admin, id)).rejects.toMatchObject({ status: 409 });
  });

  it("waits until the deletion of the bytes is over, and leaves it its way", async () => {
    const service = memoryService();
    const id = await deletedImage(service);
    const before = await stored(service, id);
    await expect(recoverImage(service.ports)(admin, id)).rejects.toThrow("try again in some minutes");
    expect(await stored(service, id)).toEqual(before);

    // The deletion is written by somebody else just after the first look.
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

  it("lets no other admin restore the image while its bytes are being deleted", async () => {
    const service = memoryService();
    const id = await deletedImage(service);
    // After the first look of the recovery somebody else deletes the image, and a worker begins to delete its bytes.
    const pages = [[]];
    let restored: Promise<unknown> | undefined;
    const pendingDeletions = async (limit: number, after?: string) => {
      const page = pages.shift();
      if (page) return page;
      restored ??= restoreImage(service.ports)(admin, id);
      await restored.catch(() => undefined);
      return service.ports.images.pendingDeletions(limit, after);
    };
    const images = { ...service.ports.images, pendingDeletions };
    const looked = Promise.withResolvers<void>();
    const blocked = Promise.withResolvers<void>();
    const stores = theStore({
      ...service.ports.blobs,
      delete: async (key: string) => {
        looked.resolve();
        await blocked.promise;
        await service.ports.blobs.delete(key);
      },
    });
    const deleting = deleteBytes({ ...service.ports, stores })(service.work.deleting[0]?.deletionId ?? "");
    await looked.promise;
    await expect(recoverImage({ ...service.ports, images })(admin, id)).rejects.toThrow("try again");
    await expect(restored).rejects.toThrow("try again");
    blocked.resolve();
    expect(await deleting).toBe("removed");
    expect((await stored(service, id)).status).toBe("deleted");
  });

  it("of bytes that are not kept any more, or never were, is refused and changes nothing", async () => {
    const service = memoryService();
    const id = await deletedImage(service);
    await removeAll(service);
    service.bytes.kept.clear();
    await expect(recoverImage(service.ports)(admin, id)).rejects.toMatchObject({ status: 410 });
    expect(await stored(service, id)).toMatchObject({
      status: "deleted",
      locations: [{ size: data.length }],
    });
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
    const blocked = Promise.withResolvers<void>();
    const stores = theStore({
      ...service.ports.blobs,
      delete: async (key: string) => {
        await blocked.promise;
        await service.ports.blobs.delete(key);
      },
    });
    const slow = deleteBytes({ ...service.ports, stores })(deletionId);
    expect(await deleteBytes(service.ports)(deletionId)).toBe("in other hands");
    await expect(recoverImage(service.ports)(admin, id)).rejects.toMatchObject({ status: 409 });
    blocked.resolve();
    expect(await slow).toBe("removed");
    expect(await deleteBytes(service.ports)(deletionId)).toBe("nothing to do");
    await recoverImage(service.ports)(admin, id);
    expect((await stored(service, id)).status).toBe("active");
    expect(service.bytes.objects.size).toBe(1);
  });
});

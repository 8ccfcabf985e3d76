import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { recoverImage } from "../../../../shared/images/operations/recover-image.ts";
import { deleteFromStore } from "../../../../shared/images/operations/stores/delete-from-store.ts";
import { downloadImage } from "../../../../shared/images/operations/transfers/download-image.ts";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { folderService } from "../../../fakes/images/folder-service.ts";
import { completed, data, expectInOrder, fileOf } from "../../../fakes/images/folder-uploads.ts";
import { admin, demo } from "../../../fakes/images/service.ts";

type Files = ReturnType<typeof folderService>["files"];

describe("bytes of one image under one name", () => {
  it("of a failed attempt make way for the next one's", async () => {
    const service = folderService();
    const { id } = await service.queuedImage();
    writeFileSync(join(service.folder, id), "left by nobody knows whom");
    await uploadImage(service.ports)(demo, id, data);
    await service.workOff();
    expect(service.imageOf(id).status).toBe("active");
    expect(fileOf(service, id)).toEqual(data);
    expectInOrder(service);
  });

  it("are not deleted by the deletion of those that had the name before", async () => {
    const service = folderService({ copies: "fast:1,files:1" });
    const { id } = await completed(service);
    await service.workOff();
    expect(await service.attend(id)).toBe("copied");
    await deleteFromStore(service.ports)(admin, "files", id);
    // The deletion waits, its store was down; the copy that the setting wants comes back.
    const [late] = service.work.deleting.splice(0);
    expect(await service.attend(id)).toBe("copied");
    expect(service.imageOf(id).locations.map(({ store }) => store)).toEqual(["fast", "files"]);
    expect(await deleteBytes(service.ports)(late?.deletionId ?? "")).toBe("removed");
    expect(fileOf(service, id)).toEqual(data);
    expectInOrder(service);
  });

  it("are not deleted by a deletion that saw that nobody needs them, and was slow", async () => {
    const service = folderService({ copies: "fast:1,files:1" });
    const { id } = await completed(service);
    await service.workOff();
    await service.attend(id);
    await deleteFromStore(service.ports)(admin, "files", id);
    const [late] = service.work.deleting.splice(0);
    const slow = service.storesWith({
      ...service.files,
      delete: async (...given) => {
        await service.attend(id);
        return service.files.delete(...given);
      },
    });
    expect(await deleteBytes({ ...service.ports, stores: slow })(late?.deletionId ?? "")).toBe("removed");
    expect(fileOf(service, id)).toEqual(data);
    expect(service.imageOf(id).locations).toHaveLength(2);
    expectInOrder(service);
  });

  it("that are damaged are mended in their place", async () => {
    const service = folderService({ copies: "fast:1,files:1" });
    const { id } = await completed(service);
    await service.workOff();
    await service.attend(id);
    writeFileSync(join(service.folder, id), "The data of an image");
    const before = service.imageOf(id);
    const locations = before.locations.map((place) =>
      place.store === "files"
        ? { ...place, damaged: { at: new Date(0).toISOString(), reason: "hash-mismatch" as const } }
        : place,
    );
    await service.ports.images.commit({ image: { before, after: { ...before, locations } } });
    expect(await service.attend(id)).toBe("mended");
    await service.workOff();
    expect(fileOf(service, id)).toEqual(data);
    const place = service.imageOf(id).locations.find(({ store }) => store === "files");
    expect(place).toMatchObject({ key: id, etag: (await service.files.head(id))?.etag });
    expect(place).not.toHaveProperty("damaged");
    expectInOrder(service);
  });

  it("are gone with their image, at once and for good", async () => {
    const service = folderService();
    const { id } = await completed(service);
    await service.workOff();
    await deleteImage(service.ports)(demo, id);
    await service.workOff();
    expectInOrder(service);
    await expect(recoverImage(service.ports)(admin, id)).rejects.toMatchObject({
      status: 410,
      message: expect.stringContaining("a folder, which keeps nothing that was deleted"),
    });
    expect(service.imageOf(id).status).toBe("deleted");
  });
});

it("a folder's image is served from a copy in the cache, as nobody can be led to a folder", async () => {
  const service = folderService();
  const { id } = await completed(service);
  await service.workOff();
  const { head } = service.files;
  const stores = service.storesWith({ head } as Files);
  await expect(downloadImage({ ...service.ports, stores })(demo, id)).rejects.toMatchObject({ status: 503 });
  expect(service.work.caching).toEqual([{ imageId: id }]);
});

import { describe, expect, it } from "vitest";
import { deleteImage } from "../../../../../shared/images/operations/delete-image.ts";
import { attendImport } from "../../../../../shared/images/operations/imports/attend-import.ts";
import { failImport } from "../../../../../shared/images/operations/imports/end-import.ts";
import { BlobStoreFailed, StoreFull } from "../../../../../shared/images/ports/blob-store.ts";
import { storesByName } from "../../../../../shared/images/ports/stores.ts";
import { importingService } from "../../../../fakes/images/importing-service.ts";
import { demo, hashesOf } from "../../../../fakes/images/service.ts";

const data = Buffer.from("what was staged");
const LISTS = ["os_glance_importing_to_stores", "os_glance_failed_import", "os_glance_import_task"];

/** The stores with one of them changed. */
const withStore = (service: ReturnType<typeof importingService>, id: string, changes: object) =>
  storesByName(
    new Map(
      ["fast", "cheap", "old"].map((each) => {
        const { store } = service.bytesOf(each);
        return [each, each === id ? { ...store, ...changes } : store];
      }),
    ),
  ) as typeof service.ports.stores;

describe("an import of staged data", () => {
  it("takes the staged object as it is, which then has all that an upload has", async () => {
    const service = importingService();
    const { id, staged } = await service.staged(data);
    const taskId = await service.begin(id);
    expect(service.imageOf(id)).toMatchObject({
      status: "importing",
      properties: { os_glance_import_task: taskId, os_glance_importing_to_stores: "fast" },
    });
    expect(service.work.importing).toEqual([{ taskId }]);
    expect(await service.attend(taskId)).toBe("imported");
    const image = service.imageOf(id);
    expect(image).toMatchObject({ status: "active", size: data.length, ...hashesOf(data), staged: null });
    expect(image.locations).toEqual([{ ...staged, size: data.length }]);
    expect(image.integrity.verified_at).toBeDefined();
    expect(image.properties).toEqual({ os_glance_importing_to_stores: "", os_glance_failed_import: "" });
    expect(service.taskOf(taskId)).toMatchObject({
      ...{ status: "success", result: { image_id: id }, message: "" },
      expires_at: expect.any(String),
    });
    expect(service.taskOf(taskId).import).toBeUndefined();
    expect(await service.leftovers()).toEqual([]);
    expect(await service.attend(taskId)).toBe("nothing to do");
  });

  it("goes to all the stores, copied and compared, and is in use with the last", async () => {
    const service = importingService();
    const { id } = await service.staged(data);
    const taskId = await service.begin(id, { all_stores: true });
    expect(service.taskOf(taskId).input.backend).toEqual(["fast", "cheap"]);
    // The first run ends after the store where the data is staged.
    expect(await service.attend(taskId, { hasTime: () => false })).toBe("continues");
    while (service.imageOf(id).locations.length < 2) {
      expect(service.imageOf(id).status).toBe("importing");
      await service.attend(taskId, { hasTime: () => false });
    }
    expect(service.imageOf(id).status).toBe("active");
    while (service.imageOf(id).properties.os_glance_import_task !== undefined) await service.attend(taskId);
    const image = service.imageOf(id);
    expect(image.locations.map(({ store }) => store)).toEqual(["fast", "cheap"]);
    expect(image.locations.map(service.textOf)).toEqual([data.toString(), data.toString()]);
    expect(await service.leftovers()).toEqual([]);
  });

  it("leaves the store where it was staged, when it goes to another", async () => {
    const service = importingService();
    const { id } = await service.staged(data);
    const taskId = await service.begin(id, { stores: ["cheap"] });
    expect(await service.attend(taskId)).toBe("imported");
    expect(service.imageOf(id).locations.map(({ store }) => store)).toEqual(["cheap"]);
    expect(await service.leftovers()).toEqual([]);
    expect(service.bytesOf("fast").objects.size).toBe(0);
  });

  const full = {
    copyPart: async () => {
      throw new StoreFull("There is no room.");
    },
  };

  it("that must succeed everywhere leaves nothing where it did not", async () => {
    const service = importingService();
    const { id } = await service.staged(data);
    const taskId = await service.begin(id, { all_stores: true });
    const others = { stores: withStore(service, "cheap", full) };
    expect(await service.attend(taskId, { others })).toBe("failed");
    expect(service.imageOf(id)).toMatchObject({ status: "queued", size: null, locations: [], staged: null });
    const [importing, failed, lock] = LISTS.map((name) => service.imageOf(id).properties[name]);
    expect([importing, failed, lock]).toEqual(["", "cheap", undefined]);
    expect(service.taskOf(taskId)).toMatchObject({
      ...{ status: "failure", result: null, message: "Store cheap: There is no room." },
    });
    expect(await service.leftovers()).toEqual([]);
  });

  it("that need not is in use where it came to, and says where it did not", async () => {
    const service = importingService();
    const { id } = await service.staged(data);
    const taskId = await service.begin(id, { all_stores: true, all_stores_must_succeed: false });
    const others = { stores: withStore(service, "cheap", full) };
    expect(await service.attend(taskId, { others })).toBe("imported");
    expect(service.imageOf(id)).toMatchObject({
      status: "active",
      locations: [{ store: "fast" }],
      properties: { os_glance_failed_import: "cheap", os_glance_importing_to_stores: "" },
    });
    expect(service.taskOf(taskId).status).toBe("success");
    expect(await service.leftovers()).toEqual([]);
  });

  it("gives up a store that fails again and again", async () => {
    const service = importingService();
    const { id } = await service.staged(data);
    const taskId = await service.begin(id, { stores: ["cheap"] });
    const broken = {
      createUpload: async () => {
        throw new BlobStoreFailed("no answer");
      },
    };
    const others = { stores: withStore(service, "cheap", broken) };
    let result: string | undefined;
    for (let run = 0; run < 12 && result === undefined; run++)
      result = await service.attend(taskId, { others }).catch(() => undefined);
    expect(result).toBe("failed");
    expect(service.imageOf(id)).toMatchObject({ status: "queued", staged: null });
    expect(await service.leftovers()).toEqual([]);
  });

  it("refuses data that is not what the image says, and has it deleted", async () => {
    const service = importingService();
    const { id } = await service.staged(data, { disk_format: "qcow2" });
    const taskId = await service.begin(id);
    expect(await service.attend(taskId)).toBe("failed");
    expect(service.imageOf(id)).toMatchObject({ status: "queued", staged: null });
    expect(service.imageOf(id).properties).toMatchObject({ os_glance_failed_import: "fast" });
    expect(service.taskOf(taskId)).toMatchObject({
      status: "failure",
      message: expect.stringMatching(/qcow2/),
    });
    expect(await service.leftovers()).toEqual([]);
  });

  it("ends when the image is deleted meanwhile, and leaves nothing", async () => {
    const service = importingService();
    const { id } = await service.staged(data);
    const taskId = await service.begin(id, { all_stores: true });
    await service.attend(taskId, { hasTime: () => false });
    await service.attend(taskId, { hasTime: () => false });
    await deleteImage(service.ports)(demo, id);
    expect(service.imageOf(id).status).toBe("deleted");
    expect(await service.attend(taskId)).toBe("failed");
    expect(service.taskOf(taskId)).toMatchObject({
      ...{ status: "failure", message: "The image was deleted during its import." },
    });
    expect(await service.leftovers()).toEqual([]);
  });

  it("is in one run's hands at a time", async () => {
    const service = importingService();
    const { id } = await service.staged(data);
    const taskId = await service.begin(id);
    const until = "2030-01-01T00:00:00.000Z";
    await service.ports.tasks.holdTask(taskId, { by: "other", until, now: "2026-01-01T00:00:00.000Z" });
    expect(await service.attend(taskId)).toBe("in other hands");
    expect(service.imageOf(id).status).toBe("importing");
  });

  it("does nothing beside a restored table", async () => {
    const service = importingService();
    const { id } = await service.staged(data);
    const taskId = await service.begin(id);
    const others = { fence: { whyClosed: async () => "the table is another one" } };
    expect(await service.attend(taskId, { others })).toBe("waits");
    expect(await service.attend(taskId)).toBe("imported");
  });
});

it("an import that was killed when all its stores had the data, and lives too long, is a success", async () => {
  const service = importingService();
  const { id } = await service.staged(data);
  const taskId = await service.begin(id);
  const { images } = service.ports;
  const commit: typeof images.commit = async (change) => {
    if (change.image.before?.status === "active") throw new Error("killed before it says that it is done");
    return images.commit(change);
  };
  const killed = { ...service.ports, images: { ...images, commit } };
  await expect(attendImport(killed)({ taskId }, () => true)).rejects.toThrow("killed");
  const done = service.imageOf(id);
  expect(done.status).toBe("active");
  expect(service.taskOf(taskId).status).toBe("processing");
  await failImport(service.ports, taskId, "Import lived too long");
  expect(service.imageOf(id)).toMatchObject({ status: "active", locations: done.locations });
  expect(service.taskOf(taskId)).toMatchObject({ status: "success", message: "" });
  expect(await service.leftovers()).toEqual([]);
});

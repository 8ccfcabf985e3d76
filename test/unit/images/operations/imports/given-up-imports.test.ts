import { expect, it } from "vitest";
import { deleteImage } from "../../../../../shared/images/operations/delete-image.ts";
import { beginStage } from "../../../../../shared/images/operations/imports/begin-stage.ts";
import { failImport } from "../../../../../shared/images/operations/imports/end-import.ts";
import { restoreImage } from "../../../../../shared/images/operations/restore-image.ts";
import { BlobStoreFailed } from "../../../../../shared/images/ports/blob-store.ts";
import { storesByName } from "../../../../../shared/images/ports/stores.ts";
import { importingService } from "../../../../fakes/images/importing-service.ts";
import { admin, demo } from "../../../../fakes/images/service.ts";

const data = Buffer.from("what is imported");
const enabled_backends = [
  { id: "fast", type: "s3", weight: 10 },
  { id: "cheap", type: "s3" },
  { id: "old", type: "s3", bucket: "bucket-of-before" },
] as const;

type Service = ReturnType<typeof importingService>;

/** The worker's ports, with a store whose copies fail as long as `fails` says so. */
const withFailing = (service: Service, failing: string, fails: () => boolean) => ({
  stores: storesByName(
    new Map(
      enabled_backends.map(({ id }) => {
        const { store } = service.bytesOf(id);
        const copyPart: typeof store.copyPart = async (...given) => {
          if (fails()) throw new BlobStoreFailed("The store is not well.");
          return store.copyPart(...given);
        };
        return [id, id === failing ? { ...store, copyPart } : store];
      }),
    ),
  ) as typeof service.ports.stores,
});

it("of an image that waits to be scrubbed leaves nothing, should it be restored", async () => {
  const service = importingService({ enabled_backends, delayed_delete: true });
  const { id } = await service.staged(data);
  // Staged where the image is not to be: its first place is a copy, and the second one fails.
  const taskId = await service.begin(id, { stores: ["cheap", "old"], all_stores_must_succeed: false });
  const others = withFailing(service, "old", () => true);
  await expect(service.attend(taskId, { others })).rejects.toThrow(/not well/);
  expect(service.imageOf(id)).toMatchObject({ status: "active", staged: { store: "fast" } });
  await deleteImage(service.ports)(demo, id);
  expect(service.imageOf(id).status).toBe("pending_delete");
  expect(await service.attend(taskId)).toBe("failed");
  expect(service.taskOf(taskId)).toMatchObject({
    status: "failure",
    message: expect.stringMatching(/was deleted during/),
  });
  await restoreImage(service.ports)(admin, id);
  const image = service.imageOf(id);
  expect(image).toMatchObject({ status: "active", staged: null, locations: [{ store: "cheap" }] });
  expect(image.properties).toEqual({ os_glance_importing_to_stores: "", os_glance_failed_import: "old" });
  expect(await service.leftovers()).toEqual([]);
});

it("ends what another run has begun while it was looked what is under way", async () => {
  const service = importingService();
  const { id } = await service.staged(data);
  const taskId = await service.begin(id);
  const { copyRecords } = service.ports;
  let looks = 0;
  const openTransfersOf: typeof copyRecords.openTransfersOf = async (imageId) => {
    const found = await copyRecords.openTransfersOf(imageId);
    if (++looks === 1) await beginStage(service.ports, taskId, { store: "cheap", size: 4 });
    return found;
  };
  await failImport(
    { ...service.ports, copyRecords: { ...copyRecords, openTransfersOf } },
    taskId,
    "given up",
  );
  expect(service.imageOf(id)).toMatchObject({ status: "queued", transfer_id: null });
  expect(await service.leftovers()).toEqual([]);
});

it("of one store comes after failures of that one alone", async () => {
  const service = importingService({ enabled_backends });
  const { id } = await service.staged(data);
  const taskId = await service.begin(id, { all_stores: true, all_stores_must_succeed: false });
  const { store } = service.bytesOf("fast");
  const { read } = store;
  store.read = async () => {
    throw new BlobStoreFailed("The store is not well.");
  };
  for (let run = 0; run < 5; run++) await expect(service.attend(taskId)).rejects.toThrow(/not well/);
  store.read = read;
  const others = withFailing(service, "cheap", () => true);
  for (let run = 0; run < 4; run++)
    await expect(service.attend(taskId, { others })).rejects.toThrow(/not well/);
  expect(await service.attend(taskId)).toBe("imported");
  expect(service.imageOf(id).properties).toMatchObject({ os_glance_failed_import: "" });
});

it("of one store comes when it fails again and again, and the others keep the image", async () => {
  const service = importingService({ enabled_backends });
  const { id } = await service.staged(data);
  const taskId = await service.begin(id, { all_stores: true, all_stores_must_succeed: false });
  const others = withFailing(service, "cheap", () => true);
  for (let run = 0; run < 4; run++)
    await expect(service.attend(taskId, { others })).rejects.toThrow(/not well/);
  expect(await service.attend(taskId, { others })).toBe("imported");
  expect(service.imageOf(id).locations.map((one) => one.store)).toEqual(["fast", "old"]);
  expect(service.imageOf(id).properties).toMatchObject({ os_glance_failed_import: "cheap" });
});

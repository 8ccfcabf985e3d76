import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { objectKey } from "../../../../shared/images/domain/object-key.ts";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { BlobStoreFailed } from "../../../../shared/images/ports/blob-store.ts";
import { storesByName } from "../../../../shared/images/ports/stores.ts";
import { inventoriesByName } from "../../../../shared/upkeep/ports/blob-inventory.ts";
import { memoryBlobStore } from "../../../fakes/images/memory-blob-store.ts";
import { memoryBlobInventory } from "../../../fakes/upkeep/memory-blob-inventory.ts";
import { DAY, reaperService } from "../../../fakes/upkeep/reaper.ts";

/** The reaper's service with a second store of its own, `cheap`. */
function twoStores(settings: Parameters<typeof reaperService>[0] = {}) {
  const service = reaperService(settings, { pageSize: 2 });
  const cheap = memoryBlobStore();
  const { inventory, ages } = memoryBlobInventory(cheap, { pageSize: 2 });
  const inventories = new Map([
    ["s3", service.inventory],
    ["cheap", inventory],
  ]);
  const stores = storesByName(
    new Map([
      ["s3", service.ports.blobs],
      ["cheap", cheap.store],
    ]),
  );
  const place = (key = objectKey({ imageId: randomUUID(), transferId: randomUUID() }), seconds = 8 * DAY) => {
    cheap.objects.set(key, Buffer.from("rubbish"));
    ages.set(key, service.ago(seconds));
    return key;
  };
  return {
    ...service,
    cheap,
    cheapAges: ages,
    place,
    inventories,
    reap: (flags: Parameters<typeof service.fire>[0] = {}, kept = inventories) =>
      service.fire(flags, { ...service.ports, inventories: inventoriesByName(kept) }),
    deletePending: async () => {
      for (const { deletionId } of service.work.deleting.splice(0))
        await deleteBytes({ ...service.ports, stores })(deletionId);
    },
  };
}

test("orphans of every store are deleted where they lie, and nothing beside them", async () => {
  const service = twoStores();
  await service.reap();
  const { key: used } = await service.stored();
  const orphans = [1, 2, 3].map(() => service.orphan());
  const young = service.place(undefined, DAY);
  const foreign = service.place("somebody/else's");
  const inCheap = [1, 2, 3].map(() => service.place());
  const { uploadId, key: begun } = await (async () => {
    const key = objectKey({ imageId: randomUUID(), transferId: randomUUID() });
    return { key, uploadId: await service.cheap.store.createUpload(key) };
  })();
  expect(await service.reap()).toMatchObject({ acted: 6, failed: 0 });
  expect(
    [...service.metadata.deletions.values()].map(({ store, key }) => `${store} ${key}`).toSorted(),
  ).toEqual([...orphans.map((key) => `s3 ${key}`), ...inCheap.map((key) => `cheap ${key}`)].toSorted());
  await service.deletePending();
  expect([...service.bytes.objects.keys()]).toEqual([used]);
  expect([...service.cheap.objects.keys()].toSorted()).toEqual([young, foreign].toSorted());
  // Of unknown age, so young.
  expect(service.cheap.uploads.get(uploadId)?.key).toBe(begun);
});

test("a store that does not answer keeps no other from its walk, and a service from no first beat", async () => {
  const service = twoStores();
  const failing = async (): Promise<never> => {
    throw new BlobStoreFailed("not set up yet");
  };
  const down = { listBlobs: failing, listUploads: failing, findBlob: failing, findUpload: failing };
  const between = new Map([
    ["down", down],
    ["s3", service.inventory],
    ["cheap", service.inventories.get("cheap") ?? down],
  ]);
  expect(await service.reap({}, between)).toMatchObject({ failed: 0 });
  const orphans = [service.orphan(), service.place()];
  expect(await service.reap({}, between)).toMatchObject({ acted: 2, failed: 0 });
  expect([...service.metadata.deletions.values()].map(({ key }) => key).toSorted()).toEqual(
    orphans.toSorted(),
  );
});

test("a copy in another store keeps its key, whatever the record says of the store", async () => {
  const service = twoStores();
  const { key } = await service.stored();
  service.place(key);
  expect(await service.reap()).toMatchObject({ acted: 0 });
  expect(service.cheap.objects.has(key)).toBe(true);
});

test("a small store that is all rubbish stops the reaper, however much is in order beside it", async () => {
  const service = twoStores({ reaper_max_orphan_percent: 1 });
  await service.reap();
  for (let n = 0; n < 500; n++) await service.stored();
  service.place();
  expect((await service.reap()).stopped).toBe(
    "1 of 501 objects and 0 uploads have no owner, more than 1 % of the objects in the store cheap: nothing was deleted",
  );
  expect(service.metadata.deletions.size).toBe(0);
  await service.reap({ release: true });
  expect(await service.reap({ now: false })).toMatchObject({ acted: 1 });
});

test("a store that is none any more is neither walked on nor deleted in", async () => {
  const service = twoStores();
  await service.reap();
  service.orphan();
  service.place();
  const only = new Map([...service.inventories].filter(([id]) => id === "s3"));
  let left = 3;
  // Ends on the way.
  await service.reap({ hasTime: () => left-- > 0 });
  for (let run = 0; run < 5; run++) await service.reap({ now: false }, only);
  expect([...service.metadata.deletions.values()].map(({ store }) => store)).toEqual(["s3"]);
});

test("objects that a Glance has named by its images' ids are nobody's business", async () => {
  const service = twoStores();
  await service.reap();
  const glances = [service.place(randomUUID()), service.place(randomUUID())];
  const uploadId = await service.cheap.store.createUpload(randomUUID());
  service.cheapAges.set(uploadId, service.ago(8 * DAY));
  expect(await service.reap()).toMatchObject({ acted: 0, failed: 0 });
  expect(service.metadata.deletions.size).toBe(0);
  await service.deletePending();
  expect([...service.cheap.objects.keys()].toSorted()).toEqual(glances.toSorted());
  expect(service.cheap.uploads.has(uploadId)).toBe(true);
});

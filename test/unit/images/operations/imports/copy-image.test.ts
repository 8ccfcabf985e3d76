import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { deleteImage } from "../../../../../shared/images/operations/delete-image.ts";
import { uploadImage } from "../../../../../shared/images/operations/transfers/upload-image.ts";
import { StoreFull } from "../../../../../shared/images/ports/blob-store.ts";
import { storesByName } from "../../../../../shared/images/ports/stores.ts";
import type { StoreSetting } from "../../../../../shared/settings/stores/store-setting.ts";
import type { FaultPoint } from "../../../../../test/fakes/faulty.ts";
import { faulty, InjectedFault } from "../../../../fakes/faulty.ts";
import { importingService } from "../../../../fakes/images/importing-service.ts";
import { admin, demo } from "../../../../fakes/images/service.ts";

const data = Buffer.from("what is in use");
const named = [
  { id: "fast", type: "s3", weight: 10 },
  { id: "cheap", type: "s3" },
  { id: "old", type: "s3", bucket: "bucket-of-before" },
] as const;

/** An image in `fast`, and a copy of it begun to the two others. */
async function copying(mustSucceed = true, enabled_backends: readonly StoreSetting[] = named) {
  const service = importingService({ enabled_backends });
  const { id } = await service.queuedImage();
  await uploadImage(service.ports)(demo, id, data);
  const taskId = await service.begin(id, {
    ...{ caller: admin, method: { name: "copy-image" }, all_stores: true },
    all_stores_must_succeed: mustSucceed,
  });
  return { service, id, taskId };
}

const storesOf = (service: ReturnType<typeof importingService>, id: string) =>
  service.imageOf(id).locations.map(({ store }) => store);

/** Stores of which `old` has no room. */
const withoutRoom = (service: ReturnType<typeof importingService>, meanwhile = async () => {}) => {
  const full = {
    copyPart: async () => {
      await meanwhile();
      throw new StoreFull("There is no room.");
    },
  };
  return storesByName(
    new Map(
      named.map(({ id }) => {
        const { store } = service.bytesOf(id);
        return [id, id === "old" ? { ...store, ...full } : store];
      }),
    ),
  ) as typeof service.ports.stores;
};

it("brings an image into stores that lack it, and leaves it in use all the while", async () => {
  const { service, id, taskId } = await copying();
  expect(service.imageOf(id)).toMatchObject({
    status: "active",
    properties: { os_glance_importing_to_stores: "cheap,old", os_glance_import_task: taskId },
  });
  expect(await service.attend(taskId)).toBe("imported");
  expect(storesOf(service, id).toSorted()).toEqual(["cheap", "fast", "old"]);
  expect(service.imageOf(id).locations.map(service.textOf)).toEqual([`${data}`, `${data}`, `${data}`]);
  expect(service.imageOf(id).properties).toEqual({
    os_glance_importing_to_stores: "",
    os_glance_failed_import: "",
  });
  expect(await service.leftovers()).toEqual([]);
});

it("is made from another place where the one that is read first has lost its bytes", async () => {
  const service = importingService({ enabled_backends: named });
  const { id } = await service.queuedImage();
  await uploadImage(service.ports)(demo, id, data);
  const copyTo = (store: string) =>
    service.begin(id, { caller: admin, method: { name: "copy-image" }, stores: [store] });
  await service.attend(await copyTo("cheap"));
  const [first] = service.imageOf(id).locations;
  await service.ports.stores.of({ store: "fast" }).delete(first?.key ?? "");
  expect(await service.attend(await copyTo("old"))).toBe("imported");
  expect(storesOf(service, id).toSorted()).toEqual(["cheap", "fast", "old"]);
});

it("that must succeed everywhere takes back what it has brought, and nothing else", async () => {
  const { service, id, taskId } = await copying();
  expect(await service.attend(taskId, { others: { stores: withoutRoom(service) } })).toBe("failed");
  expect(service.imageOf(id)).toMatchObject({ status: "active", size: data.length });
  expect(storesOf(service, id)).toEqual(["fast"]);
  expect(service.imageOf(id).properties).toEqual({
    ...{ os_glance_importing_to_stores: "", os_glance_failed_import: "old" },
  });
  expect(service.taskOf(taskId)).toMatchObject({
    status: "failure",
    message: "Store old: There is no room.",
  });
  expect(await service.leftovers()).toEqual([]);
});

it("takes back the file of a folder, which has one name for all of an image's bytes", async () => {
  const folder = {
    id: "cheap",
    type: "file",
    datadir: "/images",
    filePerm: 0,
    chunkSize: 65536,
    exclusive: false,
  } as const;
  const { service, id, taskId } = await copying(
    true,
    named.map((one) => (one.id === "cheap" ? folder : one)),
  );
  let mark: string | undefined;
  const placed = async () => {
    while (!storesOf(service, id).includes("cheap")) await setImmediate();
    mark = service.imageOf(id).locations.find(({ key }) => key === id)?.etag;
  };
  expect(await service.attend(taskId, { others: { stores: withoutRoom(service, placed) } })).toBe("failed");
  expect(storesOf(service, id)).toEqual(["fast"]);
  expect(mark).toMatch(/^[0-9a-f]{32}/);
  // Without the mark of its bytes it would delete none of them.
  const deleted = [...service.metadata.deletions.values()].filter(({ key }) => key === id);
  expect(deleted).toMatchObject([{ store: "cheap", etag: mark }]);
  expect(await service.leftovers()).toEqual([]);
});

it.each(["damaged", "gone"])(
  "leaves the image a good copy where the one that it had is %s by then",
  async (what) => {
    const { service, id, taskId } = await copying();
    const loses = async () => {
      while (!storesOf(service, id).includes("cheap")) await setImmediate();
      const before = service.imageOf(id);
      const [first, ...others] = before.locations;
      if (!first) throw new Error("the image has no place");
      const damaged = {
        ...first,
        damaged: { at: "2026-01-01T00:00:00.000Z", reason: "object-missing" },
      } as const;
      const locations = what === "gone" ? others : [damaged, ...others];
      await service.ports.images.commit({ image: { before, after: { ...before, locations } } });
    };
    const stores = withoutRoom(service, loses);
    expect(await service.attend(taskId, { others: { stores } })).toBe("failed");
    const { status, locations } = service.imageOf(id);
    const good = locations.filter((place) => place.damaged === undefined);
    expect([status, good.map(({ store }) => store)]).toEqual(["active", ["cheap"]]);
    expect(service.imageOf(id).properties).toMatchObject({ os_glance_failed_import: "old" });
    await service.deletePending();
    expect(good.map(service.textOf)).toEqual([`${data}`]);
  },
);

it("that need not keeps what it has brought", async () => {
  const { service, id, taskId } = await copying(false);
  expect(await service.attend(taskId, { others: { stores: withoutRoom(service) } })).toBe("imported");
  expect(storesOf(service, id)).toEqual(["fast", "cheap"]);
  expect(service.taskOf(taskId).status).toBe("success");
  expect(await service.leftovers()).toEqual([]);
});

it("reads each copy: one that the store has spoilt is made again, or given up", async () => {
  const { service, id, taskId } = await copying();
  const { store } = service.bytesOf("cheap");
  const spoiling = {
    ...store,
    copyPart: async (...[, { key, uploadId, number }, { length }]: Parameters<typeof store.copyPart>) => {
      await store.sendPart(key, uploadId, number, Buffer.alloc(length, "x"));
      return true;
    },
  };
  const stores = storesByName(
    new Map(named.map((one) => [one.id, one.id === "cheap" ? spoiling : service.bytesOf(one.id).store])),
  ) as typeof service.ports.stores;
  await expect(service.attend(taskId, { others: { stores } })).rejects.toThrow(/other bytes/);
  expect(storesOf(service, id)).not.toContain("cheap");
  // Another time it keeps what it is given.
  expect(await service.attend(taskId)).toBe("imported");
  expect(service.imageOf(id).locations.map(service.textOf)).toEqual([`${data}`, `${data}`, `${data}`]);
  expect(await service.leftovers()).toEqual([]);
});

it("leaves a store alone that somebody else has brought the image to meanwhile", async () => {
  for (const runs of [0, 1, 2, 3]) {
    const { service, id, taskId } = await copying();
    for (let run = 0; run < runs; run++) await service.attend(taskId, { hasTime: () => false });
    const before = service.imageOf(id);
    const missing = ["cheap", "old"].filter((store) => !storesOf(service, id).includes(store));
    for (const store of missing) await service.bytesOf(store).store.put(`${id}/others`, data);
    const others = missing.map((store) => ({ store, key: `${id}/others`, size: data.length }));
    const after = { ...before, locations: [...before.locations, ...others] };
    await service.ports.images.commit({ image: { before, after } });
    while (service.taskOf(taskId).import) await service.attend(taskId);
    expect(service.taskOf(taskId).status).toBe("success");
    expect(storesOf(service, id).toSorted()).toEqual(["cheap", "fast", "old"]);
    expect(service.imageOf(id).properties).toEqual({
      os_glance_importing_to_stores: "",
      os_glance_failed_import: "",
    });
    expect(await service.leftovers()).toEqual([]);
  }
});

async function killed({ service, taskId }: Awaited<ReturnType<typeof copying>>, point?: FaultPoint) {
  const { images, tasks, stores, copyRecords, limits, queue, fence } = service.ports;
  const broken = faulty({ images, tasks, stores, copyRecords, limits, queue, fence }, point);
  const result = service.attend(taskId, { others: broken.ports });
  await result.catch((error: unknown) => expect(error).toBeInstanceOf(InjectedFault));
  return broken.calls();
}

it("a run killed at any of its calls is gone on with, and a deletion then leaves nothing", async () => {
  const all = await killed(await copying());
  expect(all).toBeGreaterThan(30);
  for (let call = 1; call <= all; call++)
    for (const end of ["import", "deletion"] as const) {
      const at = `${end} after call ${call}`;
      const begun = await copying();
      const { service, id, taskId } = begun;
      await killed(begun, { call, moment: "after" });
      expect([at, service.imageOf(id).status]).toEqual([at, "active"]);
      if (end === "deletion") await deleteImage(service.ports)(demo, id);
      for (let run = 0; run < 5 && service.taskOf(taskId).import; run++) {
        service.pass(600);
        await service.attend(taskId);
      }
      if (end === "import") expect([at, storesOf(service, id).length]).toEqual([at, 3]);
      expect([at, service.taskOf(taskId).import, await service.leftovers()]).toEqual([at, undefined, []]);
    }
});

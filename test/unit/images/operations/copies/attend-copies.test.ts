import { describe, expect, it } from "vitest";
import { copiesUnderWay } from "../../../../../shared/images/operations/copies/begin-copy.ts";
import { carryCopy } from "../../../../../shared/images/operations/copies/carry-copy.ts";
import { deactivateImage } from "../../../../../shared/images/operations/deactivate-image.ts";
import { deleteImage } from "../../../../../shared/images/operations/delete-image.ts";
import { deleteFromStore } from "../../../../../shared/images/operations/stores/delete-from-store.ts";
import { BlobStoreFailed } from "../../../../../shared/images/ports/blob-store.ts";
import { storesByName } from "../../../../../shared/images/ports/stores.ts";
import { reap } from "../../../../../shared/upkeep/operations/reap.ts";
import { copyingService } from "../../../../fakes/images/copying-service.ts";
import { admin } from "../../../../fakes/images/service.ts";
import { aRun } from "../../../../fakes/upkeep/job-run.ts";

const data = Buffer.from("the data of an image");

describe("an image that lacks a copy", () => {
  it("gets one in a store that is to have it, under a key of its own, and is told of", async () => {
    const service = copyingService();
    const { id, locations } = await service.active(data);
    const told = service.metadata.outboxEntries.size;
    expect(await service.attend(id)).toBe("copied");
    const image = service.imageOf(id);
    expect(image.locations.map(({ store }) => store)).toEqual(["fast", "cheap"]);
    expect(image.locations[1]?.key).not.toBe(locations[0]?.key);
    expect(service.dataIn("cheap", id)).toEqual([data.toString()]);
    expect([...service.metadata.outboxEntries.values()].slice(told)).toMatchObject([
      { event_type: "image.update" },
    ]);
    expect(await service.leftovers()).toEqual([]);
    expect(await service.attend(id)).toBe("nothing to do");
    expect(service.imageOf(id)).toEqual(image);
  });

  it("gets one of no bytes as well", async () => {
    const service = copyingService();
    const { id } = await service.active(new Uint8Array());
    expect(await service.attend(id)).toBe("copied");
    expect(service.imageOf(id).locations[1]).toMatchObject({ store: "cheap", size: 0 });
    expect(await service.leftovers()).toEqual([]);
  });

  it("gets one through this service from a store of which the other cannot copy", async () => {
    const service = copyingService();
    const { id } = await service.active(data);
    const stores = service.withStore("cheap", { copyPart: async () => false });
    expect(await service.attend(id, { others: { stores } })).toBe("copied");
    expect(service.dataIn("cheap", id)).toEqual([data.toString()]);
  });

  it.each(["queued", "deactivated", "deleted"])("gets none while it is %s", async (status) => {
    const service = copyingService();
    const { id } = status === "queued" ? await service.queuedImage() : await service.active(data);
    if (status === "deactivated") await deactivateImage(service.ports)(admin, id);
    if (status === "deleted") await deleteImage(service.ports)(admin, id);
    expect(await service.attend(id)).toBe("nothing to do");
    expect(await service.leftovers()).toEqual([]);
  });

  it("gets none before its bytes were found to be what was stated of them, or when they are not", async () => {
    const service = copyingService();
    const { id } = await service.active(data);
    const stated_at = "2026-01-01T00:00:00.000Z";
    await service.change(id, { integrity: { stated_at } });
    expect(await service.attend(id)).toBe("nothing to do");
    await service.change(id, { integrity: { stated_at, verified_at: stated_at, mismatch: "other" } });
    expect(await service.attend(id)).toBe("nothing to do");
    await service.change(id, { integrity: { stated_at, verified_at: stated_at } });
    expect(await service.attend(id)).toBe("copied");
  });

  it("gets none in a store to which an import is bringing it, and one when the import has ended without", async () => {
    const service = copyingService();
    const { id, properties } = await service.active(data);
    await service.change(id, { properties: { ...properties, os_glance_importing_to_stores: "cheap,x" } });
    expect(await service.attend(id)).toBe("nothing to do");
    await service.change(id, { properties: { ...properties, os_glance_importing_to_stores: "" } });
    expect(await service.attend(id)).toBe("copied");
  });

  it("gets what its property says, instead of what the setting does", async () => {
    const service = copyingService({ copies: "" });
    const [one, other] = [await service.active(data), await service.active(data)];
    await service.change(one.id, { properties: { os_glance_copies: "cheap:1,old:1,gone:1" } });
    expect(await service.attend(one.id)).toBe("copied");
    expect(service.imageOf(one.id).locations.map(({ store }) => store)).toEqual(["fast", "cheap"]);
    expect(await service.attend(other.id)).toBe("nothing to do");
  });

  it("keeps a copy that is not wanted any more, and gets one back that was taken out while it is", async () => {
    const service = copyingService();
    const { id } = await service.active(data);
    await service.attend(id);
    await service.attend(id, { others: { settings: { copies: "" } } });
    expect(service.imageOf(id).locations).toHaveLength(2);
    await deleteFromStore(service.ports)(admin, "cheap", id);
    expect(await service.attend(id)).toBe("copied");
    expect(await service.leftovers()).toEqual([]);
  });
});

describe("a copy under way", () => {
  it("is gone on with where the last run stopped, and reads no part twice", async () => {
    const service = copyingService();
    const { id } = await service.active(data);
    const copied: number[] = [];
    const { store } = service.bytesOf("cheap");
    const stores = service.withStore("cheap", {
      copyPart: (...given: Parameters<typeof store.copyPart>) => {
        copied.push(given[1].number);
        return store.copyPart(...given);
      },
    });
    let runs = 0;
    do runs++;
    while (
      (await service.attend(id, { hasTime: () => false, others: { stores } })) === "continues" &&
      runs < 20
    );
    expect(service.dataIn("cheap", id)).toEqual([data.toString()]);
    expect(copied.sort()).toEqual([1, 2, 3, 4, 5]);
    expect(runs).toBeGreaterThan(3);
    expect(service.work.copying).toHaveLength(runs - 1);
    expect(await service.leftovers()).toEqual([]);
  });

  it("is taken up by one run at a time, and after a kill by the next one", async () => {
    const service = copyingService();
    const { id } = await service.active(data);
    const never = service.withStore("cheap", { copyPart: () => new Promise(() => undefined) });
    void service.attend(id, { others: { stores: never } });
    await new Promise((done) => setImmediate(done));
    expect(await service.attend(id)).toBe("in other hands");
    service.pass(301);
    expect(await service.attend(id)).toBe("copied");
    expect(await service.leftovers()).toEqual([]);
  });

  it("is begun once by several runs at the same time", async () => {
    const service = copyingService();
    const { id } = await service.active(data);
    const results = await Promise.all(Array.from({ length: 5 }, () => service.attend(id)));
    expect(results.filter((result) => result === "copied")).toHaveLength(1);
    expect(service.imageOf(id).locations).toHaveLength(2);
    expect(await service.leftovers()).toEqual([]);
  });

  it("ends by the reaper when nobody goes on with it, and another is begun", async () => {
    const service = copyingService();
    const { id } = await service.active(data);
    expect(await service.attend(id, { hasTime: () => false })).toBe("continues");
    const { run } = aRun();
    await reap(service.ports)(run);
    expect(run.tally.acted).toBe(0);
    service.pass(2 * 86_400);
    await reap(service.ports)(run);
    expect(run.tally.acted).toBe(1);
    expect(await service.leftovers()).toEqual([]);
    expect(service.imageOf(id)).toMatchObject({ status: "active", locations: [{ store: "fast" }] });
    expect(await service.attend(id)).toBe("copied");
  });

  it("ends when its image is deleted meanwhile, and nothing of it is left", async () => {
    const service = copyingService();
    const { id } = await service.active(data);
    expect(await service.attend(id, { hasTime: () => false })).toBe("continues");
    await deleteImage(service.ports)(admin, id);
    await service.attend(id);
    expect(await service.leftovers()).toEqual([]);
  });

  it("is no place of an image that was deleted or deactivated at the last moment", async () => {
    for (const end of [deleteImage, deactivateImage]) {
      const service = copyingService();
      const { id } = await service.active(data);
      const stores = service.withStore("cheap", {
        completeUpload: async (
          ...given: Parameters<ReturnType<typeof service.bytesOf>["store"]["completeUpload"]>
        ) => {
          await service.bytesOf("cheap").store.completeUpload(...given);
          await end(service.ports)(admin, id);
        },
      });
      expect(await service.attend(id, { others: { stores } })).toBe("abandoned");
      expect(service.imageOf(id).locations.map(({ store }) => store)).toEqual(["fast"]);
      expect(await service.leftovers()).toEqual([]);
    }
  });

  it("waits for a store that fails, marks nothing, and lets the other stores have theirs", async () => {
    const service = copyingService();
    const { id, locations } = await service.active(data);
    // It is in `old` and, damaged, in `fast`.
    const [first] = locations;
    if (!first) throw new Error("no place");
    await service.bytesOf("old").store.put(first.key, data);
    await service.change(id, { locations: [first, { ...first, store: "old" }] });
    await service.damage(id, "fast");
    const fail = () => Promise.reject(new BlobStoreFailed("down"));
    const stores = storesByName(
      new Map([
        ["fast", { ...service.bytesOf("fast").store, createUpload: fail, head: fail, read: fail }],
        ["cheap", service.bytesOf("cheap").store],
        ["old", service.bytesOf("old").store],
      ]),
    );
    await expect(service.attend(id, { others: { stores } })).rejects.toThrow("down");
    const image = service.imageOf(id);
    expect(image).toMatchObject({ status: "active", integrity: {} });
    expect(image.locations.map(({ store, damaged }) => [store, damaged !== undefined])).toEqual([
      ["fast", true],
      ["old", false],
      ["cheap", false],
    ]);
    expect(await service.attend(id)).toBe("mended");
    expect(service.dataIn("fast", id)).toEqual([data.toString()]);
  });

  it("waits for a store that hangs, while the other stores get theirs", async () => {
    const service = copyingService();
    const { id, locations } = await service.active(data);
    const [first] = locations;
    if (!first) throw new Error("no place");
    await service.bytesOf("old").store.put(first.key, data);
    await service.change(id, { locations: [first, { ...first, store: "old" }] });
    await service.damage(id, "fast");
    const stores = storesByName(
      new Map([
        [
          "fast",
          { ...service.bytesOf("fast").store, createUpload: () => new Promise<string>(() => undefined) },
        ],
        ["cheap", service.bytesOf("cheap").store],
        ["old", service.bytesOf("old").store],
      ]),
    );
    void service.attend(id, { others: { stores } });
    await expect
      .poll(() => service.imageOf(id).locations.map(({ store }) => store))
      .toEqual(["fast", "old", "cheap"]);
    expect(service.dataIn("cheap", id)).toEqual([data.toString()]);
  });

  it("has a good source, where a store of another good one is down", async () => {
    const service = copyingService({ copies: "fast:1,cheap:1" });
    const { id, locations } = await service.active(data);
    const [first] = locations;
    if (!first) throw new Error("no place");
    await service.bytesOf("old").store.put(first.key, data);
    await service.change(id, { locations: [first, { ...first, store: "old" }] });
    const fail = () => Promise.reject(new BlobStoreFailed("down"));
    const stores = storesByName(
      new Map([
        ["fast", { ...service.bytesOf("fast").store, head: fail, read: fail }],
        ["cheap", service.bytesOf("cheap").store],
        ["old", service.bytesOf("old").store],
      ]),
    );
    expect(await service.attend(id, { others: { stores } })).toBe("copied");
  });
});

it("a copy that is over is in nobody's hands", async () => {
  const service = copyingService();
  const { id } = await service.active(data);
  await service.attend(id, { hasTime: () => false });
  const [transfer] = await copiesUnderWay(service.ports, id);
  if (!transfer) throw new Error("no copy");
  const image = service.imageOf(id);
  await service.attend(id);
  expect(await carryCopy(service.ports, { image, transfer }, () => true)).toBe("in other hands");
});

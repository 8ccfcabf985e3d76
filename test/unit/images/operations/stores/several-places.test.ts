import { describe, expect, it } from "vitest";
import { emptyImage, type Image } from "../../../../../shared/images/domain/image.ts";
import type { Location } from "../../../../../shared/images/domain/location.ts";
import { usageOf } from "../../../../../shared/images/domain/usage.ts";
import { deleteBytes } from "../../../../../shared/images/operations/bytes/delete-bytes.ts";
import { deleteImage } from "../../../../../shared/images/operations/delete-image.ts";
import { deleteFromStore } from "../../../../../shared/images/operations/stores/delete-from-store.ts";
import { downloadImage } from "../../../../../shared/images/operations/transfers/download-image.ts";
import { uploadImage } from "../../../../../shared/images/operations/transfers/upload-image.ts";
import { storesByName } from "../../../../../shared/images/ports/stores.ts";
import { admin, alt, demo, memoryService } from "../../../../fakes/images/service.ts";
import { serviceWithStores } from "../../../../fakes/images/several-stores.ts";

const data = Buffer.from("0123456789");
type Service = ReturnType<typeof serviceWithStores>;

async function stored({ ports }: Pick<Service, "ports">, id: string): Promise<Image> {
  const image = await ports.images.find(id);
  if (!image) throw new Error("it is there");
  return image;
}

/** Writes places onto an image that is there. */
async function place(service: Service, id: string, locations: readonly Location[]) {
  const before = await stored(service, id);
  await service.ports.images.commit({ image: { before, after: { ...before, locations } } });
}

/** An active image with the same bytes in these stores, under one key, added in this order. */
async function imageIn(service: Service, ids: readonly string[]): Promise<{ id: string; key: string }> {
  const { ports, bytesOf } = service;
  const { id } = await service.queuedImage();
  await uploadImage(ports)(demo, id, data, true, "fast");
  const [first] = (await stored(service, id)).locations;
  if (!first) throw new Error("it was uploaded");
  for (const store of ids) await bytesOf(store).store.put(first.key, data);
  if (!ids.includes("fast")) bytesOf("fast").objects.delete(first.key);
  await place(
    service,
    id,
    ids.map((store) => ({ ...first, store })),
  );
  return { id, key: first.key };
}

/** In which stores the key has an object. */
const having = ({ bytesOf }: Service, key: string): string[] =>
  ["fast", "cheap", "old", "s3"].filter((store) => bytesOf(store).objects.has(key));

async function deleteAll(service: Service): Promise<void> {
  for (const { deletionId } of service.work.deleting.splice(0)) await deleteBytes(service.ports)(deletionId);
}

describe("a download of an image in several stores", () => {
  /** Which store's URL was handed out; stores of the names in `broken` fail, those in `lost` have lost the bytes. */
  async function served(
    ids: readonly string[],
    {
      broken = [],
      lost = [],
      prefer = [],
      damaged = [],
    }: Partial<Record<"broken" | "lost" | "prefer" | "damaged", string[]>> = {},
    caller = demo,
  ) {
    const service = serviceWithStores();
    const { id, key } = await imageIn(service, ids);
    const mark = { at: "2026-12-01T00:00:00.000Z", reason: "hash-mismatch" } as const;
    const { locations } = await stored(service, id);
    await place(
      service,
      id,
      locations.map((one) => (damaged.includes(one.store) ? { ...one, damaged: mark } : one)),
    );
    for (const store of lost) service.bytesOf(store).objects.delete(key);
    const named = (store: string) => ({
      ...service.bytesOf(store).store,
      signDownload: async () => store,
      head: async (wanted: string) => {
        if (broken.includes(store)) throw new Error("down");
        return service.bytesOf(store).store.head(wanted);
      },
    });
    const stores = storesByName(
      new Map(["fast", "cheap", "old", "s3"].map((store) => [store, named(store)])),
    );
    return downloadImage({ ...service.ports, stores })(caller, id, prefer);
  }

  it("is served by the heaviest, whatever was added first; of equal ones by the first", async () => {
    expect(await served(["cheap", "fast"])).toBe("fast");
    expect(await served(["old", "cheap"])).toBe("old");
    expect(await served(["cheap", "old"])).toBe("cheap");
  });

  it("goes on to the next one where bytes are lost or the store fails", async () => {
    expect(await served(["fast", "cheap"], { lost: ["fast"] })).toBe("cheap");
    expect(await served(["fast", "cheap"], { broken: ["fast"] })).toBe("cheap");
    expect(await served(["fast", "cheap", "old"], { broken: ["fast"], lost: ["cheap"] })).toBe("old");
  });

  it("never comes from a damaged copy beside a good one, also where a caller prefers its store", async () => {
    const damaged = ["fast"];
    for (const prefer of [[], ["fast"]])
      expect(await served(["fast", "cheap"], { damaged, prefer })).toBe("cheap");
    expect(await served(["fast", "cheap", "old"], { damaged, broken: ["cheap"] })).toBe("old");
  });

  it("is 503 where only a damaged copy could be read now", async () => {
    const damaged = ["fast"];
    for (const state of [{ broken: ["cheap"] }, { lost: ["cheap"] }])
      await expect(served(["fast", "cheap"], { damaged, ...state })).rejects.toMatchObject({ status: 503 });
  });

  it("comes from a damaged copy where there is no other, for whoever may still read it", async () => {
    expect(await served(["fast", "cheap"], { damaged: ["fast", "cheap"] }, admin)).toBe("fast");
  });

  it("is nothing where all have lost them, and 503 where the last one fails", async () => {
    expect(await served(["fast", "cheap"], { lost: ["fast", "cheap"] })).toBeUndefined();
    await expect(served(["fast", "cheap"], { lost: ["fast"], broken: ["cheap"] })).rejects.toMatchObject({
      status: 503,
    });
  });

  it("is served by a preferred store that has it, else by the others", async () => {
    expect(await served(["fast", "cheap"], { prefer: ["cheap"] })).toBe("cheap");
    expect(await served(["fast", "cheap"], { prefer: ["old", "cheap"] })).toBe("cheap");
    expect(await served(["fast", "cheap"], { prefer: ["cheap"], lost: ["cheap"] })).toBe("fast");
  });
});

it("a deleted image's bytes go in each store, each deletion by itself", async () => {
  const service = serviceWithStores();
  const { id, key } = await imageIn(service, ["fast", "cheap", "old"]);
  await deleteImage(service.ports)(demo, id);
  expect(new Set(service.work.deleting.map(({ deletionId }) => deletionId)).size).toBe(3);
  const stores = storesByName(
    new Map(
      ["fast", "cheap", "old"].map((store) => [
        store,
        {
          ...service.bytesOf(store).store,
          ...(store === "fast" && { delete: () => Promise.reject(new Error("down")) }),
        },
      ]),
    ),
  );
  const messages = service.work.deleting.splice(0);
  const results = await Promise.allSettled(
    messages.map(({ deletionId }) => deleteBytes({ ...service.ports, stores })(deletionId)),
  );
  expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "fulfilled", "rejected"]);
  expect(having(service, key)).toEqual(["fast"]);
  expect(await service.ports.images.pendingDeletions(9)).toMatchObject([{ store: "fast", key }]);
  service.pass(100);
  for (const { deletionId } of messages) await deleteBytes(service.ports)(deletionId);
  expect([having(service, key), await service.ports.images.pendingDeletions(9)]).toEqual([[], []]);
});

describe("data deleted from one store", () => {
  const from = (service: Service, store: string, id: string, caller = admin) =>
    deleteFromStore(service.ports)(caller, store, id);

  it("is gone there and nowhere else; the image stays what it is, and others are told", async () => {
    const service = serviceWithStores();
    const { id, key } = await imageIn(service, ["fast", "cheap"]);
    const before = await stored(service, id);
    await from(service, "fast", id);
    await deleteAll(service);
    const after = await stored(service, id);
    expect(after).toMatchObject({ status: "active", size: 10, locations: [{ store: "cheap" }] });
    expect(having(service, key)).toEqual(["cheap"]);
    expect([usageOf(before).image_size_total, usageOf(after).image_size_total]).toEqual([20, 10]);
    const last = [...service.metadata.outboxEntries].at(-1)?.[1];
    expect(last).toMatchObject({ event_type: "image.update", payload: { id } });
  });

  it("is refused in Glance's order", async () => {
    const service = serviceWithStores();
    const { id } = await imageIn(service, ["fast", "cheap"]);
    const one = await imageIn(service, ["fast"]);
    const queued = await service.queuedImage();
    const nobodys = "8e5e6d7c-0000-4000-8000-000000000000";
    const status = (caller: typeof admin, store: string, image: string) =>
      from(service, store, image, caller).then(
        () => 204,
        (error: { status: number }) => error.status,
      );
    expect({
      unknownStore: await status(admin, "nowhere", nobodys),
      unknownImage: await status(admin, "fast", nobodys),
      hidden: await status(alt, "fast", id),
      notAdmin: await status(demo, "fast", queued.id),
      queued: await status(admin, "fast", queued.id),
      only: await status(admin, "cheap", one.id),
      notThere: await status(admin, "old", id),
    }).toEqual({
      unknownStore: 409,
      unknownImage: 404,
      hidden: 404,
      notAdmin: 403,
      queued: 409,
      only: 403,
      notThere: 404,
    });
    expect((await stored(service, id)).locations).toHaveLength(2);
    const plain = memoryService();
    await expect(deleteFromStore(plain.ports)(admin, "nowhere", nobodys)).rejects.toMatchObject({
      status: 404,
      message: "Multi backend is not configured at this site.",
    });
  });

  it("is refused for the last place that is not damaged, and takes a damaged one", async () => {
    const service = serviceWithStores();
    const { id, key } = await imageIn(service, ["fast", "cheap"]);
    const damaged = { at: "2026-12-01T00:00:00.000Z", reason: "hash-mismatch" } as const;
    const { locations } = await stored(service, id);
    await place(
      service,
      id,
      locations.map((one) => (one.store === "cheap" ? { ...one, damaged } : one)),
    );
    await expect(from(service, "fast", id)).rejects.toMatchObject({ status: 403 });
    await from(service, "cheap", id);
    await deleteAll(service);
    expect(having(service, key)).toEqual(["fast"]);
  });

  it("is refused for the last of our bytes, beside data at another host that nobody has compared", async () => {
    const service = serviceWithStores();
    const { id, key } = await imageIn(service, ["fast"]);
    const { locations } = await stored(service, id);
    const elsewhere: Location = { store: "web", key: "https://images.example/a", size: 10, registered: true };
    await place(service, id, [...locations, elsewhere]);
    await expect(from(service, "fast", id)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining("other hosts"),
    });
    await deleteAll(service);
    expect(having(service, key)).toEqual(["fast"]);
  });

  it("at two callers' hands at the same time leaves one of the last two places", async () => {
    for (let round = 0; round < 20; round++) {
      const service = serviceWithStores();
      const { id, key } = await imageIn(service, ["fast", "cheap"]);
      const both = await Promise.allSettled([from(service, "fast", id), from(service, "cheap", id)]);
      await deleteAll(service);
      const { locations } = await stored(service, id);
      expect(locations).toHaveLength(1);
      expect(having(service, key)).toEqual(locations.map(({ store }) => store));
      expect(both.map((each) => each.status).toSorted()).toEqual(["fulfilled", "rejected"]);
    }
  });

  it("leaves bytes alone that a caller has only registered", async () => {
    const service = serviceWithStores();
    const { id, key } = await imageIn(service, ["fast", "cheap"]);
    const [fast, cheap] = (await stored(service, id)).locations as [Location, Location];
    await place(service, id, [{ ...fast, registered: true }, cheap]);
    await from(service, "fast", id);
    expect(service.work.deleting).toEqual([]);
    expect(having(service, key)).toEqual(["fast", "cheap"]);
  });
});

it("a deleted image's registered bytes are not ours to delete", async () => {
  const service = serviceWithStores();
  const { id, key } = await imageIn(service, ["fast", "cheap"]);
  const [fast, cheap] = (await stored(service, id)).locations as [Location, Location];
  await place(service, id, [{ ...fast, registered: true }, cheap]);
  await deleteImage(service.ports)(demo, id);
  await deleteAll(service);
  expect(having(service, key)).toEqual(["fast"]);
});

it("an image without data is in no store", () => {
  expect(usageOf({ ...emptyImage, id: "1", created_at: "", updated_at: "" }).image_size_total).toBe(0);
});

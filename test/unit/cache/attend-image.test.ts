import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { queueImage } from "../../../shared/cache/operations/queue-image.ts";
import { deleteImage } from "../../../shared/images/operations/delete-image.ts";
import { admin, demo } from "../../fakes/images/service.ts";
import { cacheService, PART_BYTES } from "./cache-service.ts";

describe("an image that is queued", () => {
  it("of a store that signs no URLs is copied, verified and served from the copy", async () => {
    const { ports, active, attend, download, copies, records } = cacheService();
    const data = randomBytes(100_000);
    const { id } = await active("web", data);
    await queueImage(ports)(admin, id);
    expect(await attend(id)).toBe("cached");
    const url = await download(id);
    const cached = await records.findCached(id);
    expect(url).toBe(`memory:${cached?.key}`);
    expect(copies.objects.get(cached?.key ?? "")).toEqual(data);
    expect(cached).toMatchObject({ size: data.length, source: { store: "web" } });
    expect(await records.findQueued(id)).toBeUndefined();
  });

  it("of a store that signs URLs is cached where it is: nothing is copied", async () => {
    const { ports, active, attend, download, copies, records } = cacheService();
    const image = await active("s3", randomBytes(10));
    await queueImage(ports)(admin, image.id);
    expect(await attend(image.id)).toBe("cached");
    expect(await records.findCached(image.id)).toMatchObject({ key: null, size: 10, hits: 0 });
    expect(copies.objects.size + copies.uploads.size).toBe(0);
    expect(await download(image.id)).toBe(`memory:${image.locations[0]?.key}`);
  });

  it("without a byte is copied as well", async () => {
    const { ports, active, attend, records, copies } = cacheService();
    const { id } = await active("web", new Uint8Array());
    await queueImage(ports)(admin, id);
    expect(await attend(id)).toBe("cached");
    expect(copies.objects.get((await records.findCached(id))?.key ?? "")).toHaveLength(0);
    expect(copies.uploads.size).toBe(0);
  });

  it("is copied on by the next run when there is no time, and each byte is read once", async () => {
    const { ports, active, attend, records, reads, work, copies } = cacheService();
    const data = randomBytes(2.5 * PART_BYTES);
    const { id } = await active("web", data);
    await queueImage(ports)(admin, id);
    work.caching.length = 0;
    expect(await attend(id, () => false)).toBe("continues");
    expect(work.caching).toEqual([{ imageId: id }]);
    expect(await records.findQueued(id)).toMatchObject({ copy: { offset: PART_BYTES } });
    expect(await attend(id, () => false)).toBe("continues");
    expect(await attend(id, () => false)).toBe("cached");
    expect(reads.map(({ offset }) => offset)).toEqual([0, PART_BYTES, 2 * PART_BYTES]);
    expect(copies.objects.get((await records.findCached(id))?.key ?? "")?.length).toBe(data.length);
  });

  it("whose bytes are not those of its record is never served, and what was copied goes", async () => {
    const { ports, active, attend, download, records, copies, foreign } = cacheService();
    const image = await active("web", randomBytes(1000));
    foreign.objects.set(image.locations[0]?.key ?? "", randomBytes(1000));
    await queueImage(ports)(admin, image.id);
    expect(await attend(image.id)).toBe("failed");
    await expect(download(image.id)).rejects.toThrow(/is not served.*hash/);
    expect(await ports.findings.list({ limit: 10 })).toMatchObject({
      findings: [{ kind: "source-damaged", image_id: image.id, state: "open" }],
    });
    expect(await records.findCached(image.id)).toBeUndefined();
    await attend(image.id);
    expect(copies.objects.size + copies.uploads.size).toBe(0);
  });

  it("whose source is shorter than recorded is not served either", async () => {
    const { ports, active, attend, download, foreign } = cacheService();
    const image = await active("web", randomBytes(1000));
    foreign.objects.set(image.locations[0]?.key ?? "", randomBytes(999));
    await queueImage(ports)(admin, image.id);
    expect(await attend(image.id)).toBe("failed");
    await expect(download(image.id)).rejects.toMatchObject({ status: 500 });
  });

  it("fails while its store is down, is not tried again at once, and is cached when the store is back", async () => {
    const { ports, active, attend, foreign, pass, records } = cacheService();
    const data = randomBytes(1000);
    const image = await active("web", data);
    const key = image.locations[0]?.key ?? "";
    foreign.objects.delete(key);
    await queueImage(ports)(admin, image.id);
    expect(await attend(image.id)).toBe("failed");
    foreign.objects.set(key, data);
    expect(await attend(image.id)).toBe("waits");
    expect(await records.findQueued(image.id)).toMatchObject({ failure: { times: 1 } });
    pass(61);
    expect(await attend(image.id)).toBe("cached");
  });

  it("is copied by one of two runs at once, and the other one leaves nothing", async () => {
    const { ports, active, attend, copies, records } = cacheService();
    const { id } = await active("web", randomBytes(2.5 * PART_BYTES));
    await queueImage(ports)(admin, id);
    const results = await Promise.all([attend(id), attend(id)]);
    expect(results.sort()).toEqual(["cached", "left to another run"]);
    expect(copies.uploads.size).toBe(0);
    expect([...copies.objects.keys()]).toEqual([(await records.findCached(id))?.key]);
  });

  it("goes with its copy when the image is deleted, at any moment", async () => {
    const { ports, active, attend, copies, records } = cacheService();
    const settings = ports.settings;
    const remove = (id: string) =>
      deleteImage({ images: ports.images, clock: ports.clock, settings })(demo, id);
    const cached = await active("web", randomBytes(1000));
    await queueImage(ports)(admin, cached.id);
    await attend(cached.id);
    const begun = await active("web", randomBytes(2.5 * PART_BYTES));
    await queueImage(ports)(admin, begun.id);
    await attend(begun.id, () => false);
    expect([copies.objects.size, copies.uploads.size]).toEqual([1, 1]);
    for (const { id } of [cached, begun]) {
      await remove(id);
      expect(await attend(id)).toBe("removed");
      expect(await records.findCached(id)).toBeUndefined();
      expect(await records.findQueued(id)).toBeUndefined();
    }
    expect([copies.objects.size, copies.uploads.size]).toEqual([0, 0]);
    expect(await Array.fromAsync(records.listRemovals())).toEqual([]);
  });
});

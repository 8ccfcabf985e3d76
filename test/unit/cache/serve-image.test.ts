import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { admin, alt, demo } from "../../fakes/images/service.ts";
import { cacheService } from "./cache-service.ts";

describe("a download", () => {
  it("of data that nobody is led to queues the image, is refused with Retry-After, and works a moment later", async () => {
    const { active, attend, download, work } = cacheService();
    const { id } = await active("web", randomBytes(1000));
    const refusal = await download(id).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ status: 503, headers: { "Retry-After": "2" } });
    expect(String(refusal)).toMatch(/being copied.*0 percent/);
    await expect(download(id)).rejects.toMatchObject({ status: 503 });
    // One hint: those who ask again hurry nobody.
    expect(work.caching).toEqual([{ imageId: id }]);
    await attend(id);
    expect(await download(id)).toMatch(/^memory:cache\//);
  });

  it("whose copy failed is told when to ask again, and nothing of the other store", async () => {
    const { active, attend, download, foreign, ports, pass } = cacheService();
    const { id } = await active("web", randomBytes(1000));
    foreign.objects.clear();
    await download(id).catch(() => undefined);
    const reason = "https://secret.example/path is down";
    const head = () => Promise.reject(new Error(reason));
    Object.assign(ports.stores.of({ store: "web" }), { head });
    await attend(id);
    pass(20);
    const refusal = await download(id).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ status: 503, headers: { "Retry-After": "40" } });
    expect(String(refusal)).toMatch(/attempts that failed: 1 .*Try again in 40 seconds/);
    expect(String(refusal)).not.toContain("secret");
    pass(41);
    await expect(download(id)).rejects.toMatchObject({ headers: { "Retry-After": "2" } });
  });

  it("never leads to a store that signs nothing, with the cache off neither", async () => {
    const { active, download } = cacheService({ image_cache_dir: "" });
    const { id } = await active("web", randomBytes(1000));
    await expect(download(id)).rejects.toMatchObject({
      status: 500,
      message: expect.stringContaining("image_cache_dir"),
    });
  });

  it("is led to an own store that has the image beside another one", async () => {
    const { active, download, own, records } = cacheService();
    const data = randomBytes(10);
    await own.store.put("k", data);
    const locations = [
      { store: "web", key: "w", size: 10 },
      { store: "s3", key: "k", size: 10 },
    ];
    const { id } = await active("web", data, { locations });
    expect(await download(id)).toBe("memory:k");
    expect(await records.findCached(id)).toMatchObject({ key: null });
  });

  it("costs no record and no read with the cache off", async () => {
    const { active, download, records } = cacheService({ image_cache_dir: "" });
    const { id } = await active("s3", randomBytes(10));
    await download(id);
    expect(await records.findCached(id)).toBeUndefined();
  });

  it("is counted, and written at most once a minute", async () => {
    const { active, download, records, pass } = cacheService();
    const { id } = await active("s3", randomBytes(10));
    await download(id);
    const hits = async () => (await records.findCached(id))?.hits;
    expect(await hits()).toBe(0);
    for (let n = 0; n < 5; n++) await download(id);
    expect(await hits()).toBe(0);
    pass(61);
    await download(id);
    expect(await hits()).toBe(6);
    expect((await records.findCached(id))?.revision).toBe(2);
  });

  it("of a copy is refused like any other: to strangers, and of a deactivated image to all but admins", async () => {
    const { ports, active, attend, download } = cacheService();
    const image = await active("web", randomBytes(10), { visibility: "private" });
    await download(image.id).catch(() => undefined);
    await attend(image.id);
    await expect(download(image.id, alt)).rejects.toMatchObject({ status: 404 });
    const after = { ...image, status: "deactivated" } as const;
    await ports.images.commit({ image: { before: image, after } });
    await expect(download(image.id, demo)).rejects.toMatchObject({ status: 403 });
    expect(await download(image.id, admin)).toMatch(/^memory:cache\//);
  });

  it("never gets the copy of data that the image had before", async () => {
    const { ports, active, attend, download, foreign, records } = cacheService();
    const image = await active("web", randomBytes(10));
    await download(image.id).catch(() => undefined);
    await attend(image.id);
    const old = (await records.findCached(image.id))?.key;
    const data = randomBytes(10);
    await foreign.store.put("new", data);
    const changes = {
      locations: [{ store: "web", key: "new", size: 10 }],
      os_hash_value: null,
      checksum: null,
    };
    await ports.images.commit({ image: { before: image, after: { ...image, ...changes } } });
    await expect(download(image.id)).rejects.toMatchObject({ status: 503 });
    await attend(image.id);
    const url = await download(image.id);
    expect(url).not.toBe(`memory:${old}`);
    expect(url).toBe(`memory:${(await records.findCached(image.id))?.key}`);
  });
});

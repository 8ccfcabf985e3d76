import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { queueImage } from "../../../shared/cache/operations/queue-image.ts";
import { cachePrefetcher } from "../../../shared/upkeep/operations/cache/cache-prefetcher.ts";
import { admin } from "../../fakes/images/service.ts";
import { aRun } from "../../fakes/upkeep/job-run.ts";
import { cacheService, PART_BYTES } from "./cache-service.ts";

const DAY = 86_400;
const place = (key: string, size: number, etag?: string) => ({
  ...{ store: "web", key, size, registered: true as const },
  ...(etag !== undefined && { etag }),
});

describe("a source whose bytes are not those of the record", () => {
  it("is read once, however long its image waits, until an admin queues it", async () => {
    const { ports, active, attend, download, foreign, reads, pass, work } = cacheService();
    const image = await active("web", randomBytes(1000));
    foreign.objects.set(image.locations[0]?.key ?? "", randomBytes(1000));
    await download(image.id).catch(() => undefined);
    expect(await attend(image.id)).toBe("failed");
    for (let hour = 0; hour < 20; hour++) {
      pass(3600);
      work.caching.length = 0;
      await cachePrefetcher(ports).run(aRun().run);
      for (const { imageId } of [...work.caching, { imageId: image.id }]) await attend(imageId);
      await expect(download(image.id)).rejects.toMatchObject({ status: 500 });
    }
    expect(reads).toHaveLength(1);
    await queueImage(ports)(admin, image.id);
    expect(await attend(image.id)).toBe("failed");
    expect(reads).toHaveLength(2);
  });

  it("is read no more when the image has another place: that one is copied", async () => {
    const { ports, active, attend, download, foreign, copies, records } = cacheService();
    const data = randomBytes(1000);
    const image = await active("web", data);
    foreign.objects.set(image.locations[0]?.key ?? "", randomBytes(1000));
    await download(image.id).catch(() => undefined);
    await attend(image.id);
    foreign.objects.set("good", data);
    const after = { ...image, locations: [...image.locations, place("good", 1000)] };
    await ports.images.commit({ image: { before: image, after } });
    await expect(download(image.id)).rejects.toMatchObject({ status: 503 });
    expect(await attend(image.id)).toBe("cached");
    expect(copies.objects.get((await records.findCached(image.id))?.key ?? "")).toEqual(data);
  });
});

describe("a source that fails", () => {
  it("is tried ever more seldom, even when each attempt gets somewhere", async () => {
    const { ports, active, attend, foreign, records, pass } = cacheService();
    const data = randomBytes(2 * PART_BYTES);
    const image = await active("web", data);
    await queueImage(ports)(admin, image.id);
    const key = image.locations[0]?.key ?? "";
    for (let times = 1; times <= 5; times++) {
      foreign.objects.delete(key);
      expect(await attend(image.id)).toBe("failed");
      expect(await records.findQueued(image.id)).toMatchObject({ failure: { times } });
      pass(60 * 2 ** (times - 1) - 1);
      expect(await attend(image.id)).toBe("waits");
      pass(1);
    }
    foreign.objects.set(key, data);
    expect(await attend(image.id, () => false)).toBe("continues");
    expect(await records.findQueued(image.id)).toMatchObject({ failure: { times: 5 } });
    expect(await attend(image.id)).toBe("cached");
  });

  it("without any progress is given up by its age, although it was tried all the time", async () => {
    const { ports, active, attend, foreign, records, pass } = cacheService();
    const image = await active("web", randomBytes(10));
    foreign.objects.clear();
    await queueImage(ports)(admin, image.id);
    const before = (await records.findQueued(image.id))?.progress_at;
    for (let hour = 0; hour < 5; hour++) {
      await attend(image.id);
      pass(3600);
    }
    expect((await records.findQueued(image.id))?.progress_at).toBe(before);
  });

  it("is passed over for the next place of the image", async () => {
    const { ports, active, attend, foreign, copies, records } = cacheService();
    const data = randomBytes(1000);
    foreign.objects.set("good", data);
    const locations = [place("gone", 1000), place("good", 1000)];
    const { id } = await active("web", data, { locations });
    await queueImage(ports)(admin, id);
    expect(await attend(id)).toBe("cached");
    expect(copies.objects.get((await records.findCached(id))?.key ?? "")).toEqual(data);
    expect(await records.findCached(id)).toMatchObject({ source: { key: "good" } });
  });

  it("beside a place of our own that has lost the bytes is copied and served", async () => {
    const { active, attend, download, foreign, own, records } = cacheService();
    const data = randomBytes(1000);
    for (const { objects } of [foreign, own]) objects.set("good", data);
    const locations = [{ store: "s3", key: "good", size: 1000 }, place("good", 1000)];
    const { id } = await active("web", data, { locations });
    expect(await download(id)).toBe("memory:good");
    // Cached where it was.
    expect(await records.findCached(id)).toMatchObject({ key: null });
    own.objects.delete("good");
    await expect(download(id)).rejects.toMatchObject({ status: 503 });
    expect(await attend(id)).toBe("cached");
    expect(await download(id)).toMatch(/^memory:cache\//);
  });

  it("beside a damaged place of our own is copied and served in its place", async () => {
    const { active, attend, download, foreign, own } = cacheService();
    const data = randomBytes(1000);
    foreign.objects.set("good", data);
    own.objects.set("bad", randomBytes(1000));
    const damaged = { at: "2026-01-01T00:00:00.000Z", reason: "hash-mismatch" as const };
    const locations = [{ store: "s3", key: "bad", size: 1000, damaged }, place("good", 1000)];
    const { id } = await active("web", data, { locations });
    await expect(download(id)).rejects.toMatchObject({ status: 503 });
    expect(await attend(id)).toBe("cached");
    expect(await download(id)).toMatch(/^memory:cache\//);
  });
});

describe("an image without a hash", () => {
  const noHash = { os_hash_algo: null, os_hash_value: null, checksum: null };

  it("is copied from one version of its source only", async () => {
    const { ports, active, attend, foreign, copies, records, pass } = cacheService();
    const [one, other] = [randomBytes(2 * PART_BYTES), randomBytes(2 * PART_BYTES)];
    const image = await active("web", one, noHash);
    const key = image.locations[0]?.key ?? "";
    await queueImage(ports)(admin, image.id);
    expect(await attend(image.id, () => false)).toBe("continues");
    foreign.objects.set(key, other);
    expect(await attend(image.id)).toBe("failed");
    expect(await records.findCached(image.id)).toBeUndefined();
    foreign.objects.set(key, one);
    pass(61);
    expect(await attend(image.id)).toBe("cached");
    expect(copies.objects.get((await records.findCached(image.id))?.key ?? "")).toEqual(one);
  });

  it("is not copied from a source that has changed since it was registered", async () => {
    const { ports, active, attend, download, foreign } = cacheService();
    const data = randomBytes(10);
    const etag = await foreign.store.put("k", data);
    const { id } = await active("web", data, { ...noHash, locations: [place("k", 10, etag)] });
    foreign.objects.set("k", randomBytes(10));
    await queueImage(ports)(admin, id);
    expect(await attend(id)).toBe("failed");
    await expect(download(id)).rejects.toThrow(/have changed since/);
  });
});

it("an image whose only hash is an MD5 is compared with it, cached once and served", async () => {
  const { ports, active, attend, download, foreign, pass } = cacheService();
  const data = randomBytes(1000);
  const image = await active("web", data);
  const md5 = { os_hash_algo: "md5", os_hash_value: image.checksum, checksum: null };
  const after = { ...image, ...md5 };
  await ports.images.commit({ image: { before: image, after } });
  await queueImage(ports)(admin, image.id);
  expect(await attend(image.id)).toBe("cached");
  expect(await download(image.id)).toMatch(/^memory:cache\//);

  const wrong = await active("web", data, { ...md5, os_hash_value: "0".repeat(32) });
  foreign.objects.set(wrong.locations[0]?.key ?? "", data);
  await queueImage(ports)(admin, wrong.id);
  pass(DAY);
  expect(await attend(wrong.id)).toBe("failed");
});

it("a deactivated image that has no copy gets one when an admin reads it", async () => {
  const { active, attend, download } = cacheService();
  const { id } = await active("web", randomBytes(1000), { status: "deactivated" });
  await expect(download(id, admin)).rejects.toMatchObject({ status: 503 });
  await expect(download(id)).rejects.toMatchObject({ status: 403 });
  expect(await attend(id)).toBe("cached");
  expect(await download(id, admin)).toMatch(/^memory:cache\//);
});

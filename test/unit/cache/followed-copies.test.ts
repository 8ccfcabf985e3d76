import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { queueImage } from "../../../shared/cache/operations/queue-image.ts";
import { servedFromCache } from "../../../shared/cache/operations/serve-image.ts";
import { followImage } from "../../../shared/images/operations/transfers/download-image.ts";
import type { CopyProgress } from "../../../shared/images/ports/cached-data.ts";
import { cacheCleaner } from "../../../shared/upkeep/operations/cache/cache-cleaner.ts";
import { admin, alt, demo, hashesOf } from "../../fakes/images/service.ts";
import { aRun } from "../../fakes/upkeep/job-run.ts";
import { memoryBlobInventory } from "../../fakes/upkeep/memory-blob-inventory.ts";
import { memoryCheckpoints } from "../../fakes/upkeep/memory-checkpoints.ts";
import { cacheService, PART_BYTES } from "./cache-service.ts";

const data = randomBytes(3.5 * PART_BYTES);

/** A cache with an image at another host, and readers who follow its copy. */
async function followed() {
  const service = cacheService();
  const { ports } = service;
  const image = await service.active("web", data);
  const told: string[] = [];
  const follow = followImage({
    ...ports,
    cached: servedFromCache(ports),
    notify: async (id) => void told.push(id),
  });
  const progress = async (first = 0, caller = demo): Promise<CopyProgress> => {
    const news = await follow(caller, image.id, [], first);
    if (!news || "url" in news) throw new Error("the copy is not under way");
    return news;
  };
  const bytesOf = (url: string) => service.copies.objects.get(url.slice("memory:".length));
  /** With everything there old enough to be deleted, if nobody knows it. */
  const clean = () => {
    const { inventory, ages } = memoryBlobInventory(service.copies);
    for (const key of service.copies.objects.keys()) ages.set(key, "2025-01-01T00:00:00.000Z");
    const upkeep = { ...ports, checkpoints: memoryCheckpoints(), copyInventory: inventory };
    return cacheCleaner(upkeep).run(aRun().run);
  };
  return { ...service, image, told, follow, progress, bytesOf, clean };
}

it("can be read piece after piece while they are made, all but the last, and then whole", async () => {
  const { image, attend, follow, progress, bytesOf, records, told } = await followed();
  await expect(follow(demo, image.id, [], 0)).rejects.toMatchObject({ status: 503 });
  expect(told).toEqual([]);
  for (const run of [1, 2, 3]) {
    expect(await attend(image.id, () => false)).toBe("continues");
    const news = await progress(run - 1);
    expect(news).toMatchObject({ size: data.length, piece_bytes: PART_BYTES });
    expect(Buffer.concat(news.pieces.map((url) => bytesOf(url) ?? Buffer.of()))).toEqual(
      data.subarray((run - 1) * PART_BYTES, run * PART_BYTES),
    );
    expect((await progress(run)).pieces).toEqual([]);
  }
  expect(await attend(image.id)).toBe("cached");
  const { key } = (await records.findCached(image.id)) ?? {};
  expect(await follow(demo, image.id, [], 3)).toEqual({
    url: `memory:${key}`,
    sha512: hashesOf(data).os_hash_value,
  });
  // One read, told of once.
  expect(told).toEqual([image.id]);
});

it("tells of a few pieces at a time, from the one that is asked for on", async () => {
  const service = cacheService();
  const many = await service.active("web", randomBytes(10 * PART_BYTES));
  const cached = servedFromCache(service.ports);
  await cached.follow(many, 0).catch(() => undefined);
  let parts = 0;
  await service.attend(many.id, () => ++parts < 9);
  const keys = async (first: number) => {
    const news = await cached.follow(many, first);
    return "pieces" in news ? news.pieces.map((url) => url.slice(-5)) : [];
  };
  expect(await keys(0)).toEqual(["00001", "00002", "00003", "00004"]);
  expect(await keys(7)).toEqual(["00008", "00009"]);
  expect(await keys(9_999)).toEqual([]);
});

it("has no pieces, which would cost, where nobody follows; a later follower waits as all others do", async () => {
  const { image, attend, ports, follow, copies } = await followed();
  await queueImage(ports)(admin, image.id);
  await attend(image.id, () => false);
  expect(copies.objects.size).toBe(0);
  await expect(follow(demo, image.id, [], 0)).rejects.toMatchObject({ status: 503 });
  expect(await attend(image.id)).toBe("cached");
  expect(copies.objects.size).toBe(1);
});

it("is followed by who may read the image alone, and each of them is told of", async () => {
  const { image, attend, follow, progress, told } = await followed();
  await follow(demo, image.id, [], 0).catch(() => undefined);
  await attend(image.id, () => false);
  await expect(follow(alt, image.id, [], 0)).rejects.toMatchObject({ status: 404 });
  await progress(0);
  await progress(0, admin);
  expect(told).toHaveLength(2);
  // Who has the beginning from elsewhere is told of, too, once.
  const { attend: attendAnother, ...another } = await followed();
  await another.follow(demo, another.image.id, [], 0).catch(() => undefined);
  await attendAnother(another.image.id, () => false);
  await attendAnother(another.image.id, () => false);
  await another.progress(1);
  await another.progress(1);
  expect(another.told).toHaveLength(1);
});

it("is told of with each read that begins, of a copy under way, of a whole one and of an image in a bucket of ours", async () => {
  const { image, active, attend, follow, progress, told } = await followed();
  await follow(demo, image.id, [], 0).catch(() => undefined);
  await attend(image.id, () => false);
  for (let read = 1; read <= 2; read++) {
    await progress();
    expect(told).toHaveLength(read);
  }
  await attend(image.id);
  await follow(demo, image.id, [], 1);
  expect(told).toHaveLength(2);
  for (let read = 3; read <= 4; read++) {
    await follow(demo, image.id, [], 0);
    expect(told).toHaveLength(read);
  }
  const own = await active("s3", data);
  for (let read = 5; read <= 6; read++) {
    expect(await follow(demo, own.id, [], 0)).toMatchObject({ url: expect.any(String) });
    expect(told).toHaveLength(read);
  }
  // The same user with another project is another reader.
  await active("s3", data, { visibility: "public" }).then(async ({ id }) => {
    for (const caller of [demo, demo, { ...demo, projectId: "another" }]) await follow(caller, id, [], 1);
  });
  expect(told).toHaveLength(8);
});

it("leaves no piece: they go when their last URL is over, and at once with a copy that is of no use", async () => {
  const { image, attend, follow, copies, records, pass, clean, foreign } = await followed();
  await follow(demo, image.id, [], 0).catch(() => undefined);
  await attend(image.id);
  expect(copies.objects.size).toBe(4);
  await clean();
  expect(copies.objects.size).toBe(4);
  pass(301);
  await clean();
  expect([...copies.objects.keys()]).toEqual([(await records.findCached(image.id))?.key]);

  const damaged = await followed();
  damaged.foreign.objects.set(damaged.image.locations[0]?.key ?? "", randomBytes(data.length));
  await damaged.follow(demo, damaged.image.id, [], 0).catch(() => undefined);
  expect(await damaged.attend(damaged.image.id)).toBe("failed");
  await damaged.attend(damaged.image.id);
  expect(damaged.copies.objects.size + damaged.copies.uploads.size).toBe(0);
  await expect(damaged.follow(demo, damaged.image.id, [], 2)).rejects.toMatchObject({ status: 500 });
  expect(foreign.objects.size).toBe(1);
});

it("is another copy when it is begun anew, and its pieces are other ones", async () => {
  const { image, attend, follow, progress, copies, pass } = await followed();
  await follow(demo, image.id, [], 0).catch(() => undefined);
  await attend(image.id, () => false);
  const before = await progress();
  copies.uploads.clear();
  expect(await attend(image.id)).toBe("failed");
  pass(61);
  await attend(image.id, () => false);
  const after = await progress();
  expect(after.copy).not.toBe(before.copy);
  expect(after.pieces[0]).not.toBe(before.pieces[0]);
});

it("does not lose a piece under way to the cleaner, and loses those that no record knows", async () => {
  const { image, attend, follow, progress, copies, clean, pass, records } = await followed();
  await follow(demo, image.id, [], 0).catch(() => undefined);
  await attend(image.id, () => false);
  const late = `${(await progress()).pieces[0]?.slice("memory:".length, -5)}00003`;
  copies.objects.set(late, Buffer.of(1));
  await clean();
  expect(copies.objects.size).toBe(2);
  await attend(image.id);
  pass(301);
  await clean();
  // A run that had lost its hold sends a piece when all is over.
  copies.objects.set(late, Buffer.of(1));
  await clean();
  expect([...copies.objects.keys()]).toEqual([(await records.findCached(image.id))?.key]);
});

import { randomBytes, randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { copyKey } from "../../../../shared/cache/domain/copy-key.ts";
import { cacheCleaner } from "../../../../shared/upkeep/operations/cache/cache-cleaner.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";
import { memoryBlobInventory } from "../../../fakes/upkeep/memory-blob-inventory.ts";
import { memoryCheckpoints } from "../../../fakes/upkeep/memory-checkpoints.ts";
import { cacheService } from "../../cache/cache-service.ts";

function cleaned(overrides = {}) {
  const service = cacheService(overrides);
  const { ports, copies, records } = service;
  let finds = 0;
  const images: typeof ports.images = {
    ...ports.images,
    find: (id) => {
      finds++;
      return ports.images.find(id);
    },
  };
  const cleaner = cacheCleaner({
    ...{ ...ports, images, checkpoints: memoryCheckpoints() },
    copyInventory: memoryBlobInventory(copies).inventory,
  });
  const inPlace = async () => {
    const image = await service.active("s3", randomBytes(10));
    await service.download(image.id);
    expect(await records.findCached(image.id)).toMatchObject({ key: null });
    return image;
  };
  return { ...service, cleaner, inPlace, finds: () => finds };
}

it("deletes all copies that are due in one run, and no other", async () => {
  const { cleaner, records, copies, ports } = cleaned();
  const removed = Array.from({ length: 1200 }, () => {
    const imageId = randomUUID();
    return {
      ...{ image_id: imageId, key: copyKey({ imageId, transferId: randomUUID() }) },
      due_at: ports.clock().toISOString(),
    };
  });
  const later = {
    ...removed[0],
    image_id: randomUUID(),
    key: "cache/later",
    due_at: "2027-01-01T00:00:00.000Z",
  };
  for (const { key } of removed) copies.objects.set(key, randomBytes(1));
  await records.commit({ removed: [...removed, later] });
  const { run } = aRun();
  await cleaner.run(run);
  expect(copies.objects.size).toBe(0);
  expect((await Array.fromAsync(records.listRemovals())).map(({ key }) => key)).toEqual(["cache/later"]);
  expect([run.tally.acted, run.isUnfinished]).toEqual([1200, false]);
});

it("says that it leaves a rest when there is no time for all that is due", async () => {
  const { cleaner, records, ports } = cleaned();
  const removed = Array.from({ length: 3 }, () => {
    const imageId = randomUUID();
    const key = copyKey({ imageId, transferId: randomUUID() });
    return { image_id: imageId, key, due_at: ports.clock().toISOString() };
  });
  await records.commit({ removed });
  let asked = 0;
  const { run } = aRun({ hasTime: () => asked++ < 2 });
  await cleaner.run(run);
  expect(run.isUnfinished).toBe(true);
});

it("reads the images that are cached where they are once a day, and goes on where a run ended", async () => {
  const { cleaner, inPlace, finds, pass, ports, records } = cleaned();
  for (let made = 0; made < 5; made++) await inPlace();
  let asked = 0;
  const { run } = aRun({ hasTime: () => asked++ < 3 });
  await cleaner.run(run);
  expect(run.isUnfinished).toBe(true);
  for (let quarter = 0; quarter < 8; quarter++) {
    pass(900);
    await cleaner.run(aRun().run);
  }
  expect(finds()).toBe(5);
  const [one] = await Array.fromAsync(records.listCached());
  const image = await ports.images.find(one?.image_id ?? "");
  if (!image) throw new Error("it is there");
  await ports.images.commit({
    image: { before: image, after: { ...image, status: "deleted", locations: [] } },
  });
  pass(86_400);
  await cleaner.run(aRun().run);
  expect(await records.findCached(image.id)).toBeUndefined();
  expect(await Array.fromAsync(records.listCached())).toHaveLength(4);
});

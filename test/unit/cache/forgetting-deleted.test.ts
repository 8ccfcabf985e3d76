import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { forgettingDeleted } from "../../../shared/cache/operations/forgetting-deleted.ts";
import { queueImage } from "../../../shared/cache/operations/queue-image.ts";
import { deleteImage } from "../../../shared/images/operations/delete-image.ts";
import { admin, demo } from "../../fakes/images/service.ts";
import { cacheService } from "./cache-service.ts";

const deleting = ({ ports }: ReturnType<typeof cacheService>, over: Partial<typeof ports> = {}) => {
  const images = forgettingDeleted(ports.images, { ...ports, ...over });
  return deleteImage({ images, clock: ports.clock, settings: ports.settings });
};

it("a deleted image is in no list with the answer, and its bytes go with the hint", async () => {
  const service = cacheService();
  const { ports, active, attend, copies, records, work } = service;
  const { id } = await active("web", randomBytes(10));
  await queueImage(ports)(admin, id);
  await attend(id);
  work.caching.length = 0;
  await deleting(service)(demo, id);
  expect(await records.findCached(id)).toBeUndefined();
  expect(work.caching).toEqual([{ imageId: id }]);
  await attend(id);
  expect(copies.objects.size).toBe(0);
});

it("an image that was never cached costs no message", async () => {
  const service = cacheService();
  const { id } = await service.active("s3", randomBytes(10));
  await deleting(service)(demo, id);
  expect(service.work.caching).toEqual([]);
});

it("an image is deleted all the same when the cache's records fail, and the worker is told", async () => {
  const service = cacheService();
  const { ports, active, work } = service;
  const { id } = await active("s3", randomBytes(10));
  const failures: unknown[] = [];
  const report = (error: unknown): void => {
    failures.push(error);
  };
  const records = { ...ports.records, findQueued: () => Promise.reject(new Error("down")) };
  await deleting(service, { records, report })(demo, id);
  expect((await ports.images.find(id))?.status).toBe("deleted");
  expect([failures.length, work.caching.length]).toEqual([1, 1]);
});

import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { queueImage } from "../../../../shared/cache/operations/queue-image.ts";
import { cachePrefetcher } from "../../../../shared/upkeep/operations/cache/cache-prefetcher.ts";
import { admin } from "../../../fakes/images/service.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";
import { cacheService, PART_BYTES } from "../../cache/cache-service.ts";

async function queued() {
  const service = cacheService();
  const { ports, active, work, pass } = service;
  const image = await active("web", randomBytes(2 * PART_BYTES));
  await queueImage(ports)(admin, image.id);
  const prefetch = () => cachePrefetcher(ports).run(aRun().run);
  /** Messages of so many minutes, with a run of the job in each. */
  const messagesIn = async (minutes: number): Promise<number> => {
    work.caching.length = 0;
    for (let minute = 0; minute < minutes; minute++) {
      pass(60);
      await prefetch();
    }
    return work.caching.length;
  };
  return { ...service, image, messagesIn };
}

it("an image that waits behind others gets a message every twenty minutes, not every minute", async () => {
  const { messagesIn } = await queued();
  expect(await messagesIn(60)).toBe(3);
});

it("an image whose worker was killed is handed on two minutes later, however lately it was before", async () => {
  const { ports, image, messagesIn, attend, work } = await queued();
  expect(await messagesIn(3)).toBe(1);
  const sendPart = ports.copies.sendPart;
  Object.assign(ports.copies, { sendPart: () => new Promise<never>(() => undefined) });
  void attend(image.id);
  await expect.poll(async () => (await ports.records.findQueued(image.id))?.copy?.upload_id).toBeDefined();
  Object.assign(ports.copies, { sendPart });
  expect(await messagesIn(1)).toBe(0);
  expect(await messagesIn(2)).toBe(1);
  expect(work.caching).toEqual([{ imageId: image.id }]);
  expect(await attend(image.id)).toBe("cached");
});

it("an image whose attempt failed is handed on as soon as its time has come", async () => {
  const { image, messagesIn, attend, foreign } = await queued();
  foreign.objects.clear();
  expect(await messagesIn(3)).toBe(1);
  expect(await attend(image.id)).toBe("failed");
  expect(await messagesIn(2)).toBe(1);
});

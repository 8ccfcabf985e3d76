import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { imageEvent } from "../../../shared/images/domain/image-events.ts";
import { outboxJob } from "../../../shared/upkeep/operations/outbox.ts";
import { memoryService } from "../../fakes/images/service.ts";
import { memoryOutbox } from "../../fakes/notifications/memory-outbox.ts";
import { aRun } from "../../fakes/upkeep/job-run.ts";

async function waiting(count: number, seconds: number) {
  const { outbox, entries } = memoryOutbox(() => new Date(Date.now() - seconds * 1000));
  const image = await memoryService().queuedImage();
  for (let n = 0; n < count; n++) await outbox.add(randomUUID(), [imageEvent("image.update", image)]);
  const published: string[] = [];
  const warnings: unknown[] = [];
  const job = (isUp: boolean) =>
    outboxJob({
      outbox,
      clock: () => new Date(),
      publisherId: "image.localhost",
      report: () => undefined,
      warn: (line) => warnings.push(line),
      bus: {
        publish: async (events) => {
          const ids = isUp ? events.map(({ message_id }) => message_id) : [];
          published.push(...ids);
          const accepted = new Set(ids);
          return { accepted, refused: new Map(), ...(isUp ? {} : { unavailable: "no bus" }) };
        },
      },
    });
  return { entries, published, warnings, job };
}

test("a run delivers what waits and counts it", async () => {
  const { entries, published, warnings, job } = await waiting(250, 60);
  const { run } = aRun();
  await job(true).run(run);
  expect(run.tally.counts()).toEqual({ examined: 250, acted: 250, failed: 0 });
  expect([entries.size, new Set(published).size, warnings]).toEqual([0, 250, []]);
});

test("a dry run says what it would deliver, and delivers nothing", async () => {
  const { entries, published, job } = await waiting(250, 60);
  const { run, lines } = aRun({ dryRun: true });
  await job(true).run(run);
  expect([entries.size, published, run.wouldAct]).toEqual([250, [], 250]);
  expect(lines).toHaveLength(250);
});

test("what has waited too long is told, and stays", async () => {
  const { entries, warnings, job } = await waiting(3, 4000);
  await job(false).run(aRun().run);
  expect(entries.size).toBe(3);
  expect(warnings).toEqual([{ waiting_seconds: expect.any(Number), oldest: expect.any(String) }]);
});

import { expect, it } from "vitest";
import type { Image } from "../../../../shared/images/domain/image.ts";
import { auditPage } from "../../../../shared/upkeep/operations/audit/light/audit-page.ts";
import type { RecordRef } from "../../../../shared/upkeep/ports/records.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";
import { HOUR } from "../../../fakes/upkeep/reaper.ts";
import { lightAudit } from "./light-audit.ts";

/** An audit of one image, with the records of it that are on the page. */
async function page(attributes: Partial<Image>, options: Parameters<typeof lightAudit>[0] = {}) {
  const light = lightAudit(options);
  const { image } = await light.active(attributes);
  const refs: RecordRef[] = [
    { kind: "image", imageId: image.id },
    { kind: "transfer", imageId: image.id, transferId: "t" },
  ];
  const look = async () => ({ images: [await light.current(image.id)], suspects: [] });
  const audit = {
    ...light.audit,
    ports: { ...light.audit.ports, records: { ...light.audit.ports.records, look } },
  };
  const run = async () => {
    const { run: one } = aRun();
    await auditPage(audit, one, refs);
    return one.tally.counts();
  };
  return { light, image, run };
}
const stuck = { status: "saving", locations: [], transfer_id: null } as const;

it("an image that waits for data which nobody brings is queued again, and recorded as mended", async () => {
  const { light, image, run } = await page(stuck);
  expect(await run()).toMatchObject({ examined: 2, acted: 1, failed: 0 });
  expect((await light.current(image.id)).status).toBe("queued");
  expect(await light.findings()).toMatchObject([
    { kind: "image-stuck", subject: image.id, state: "mended", evidence: { status: "saving" } },
  ]);
  expect(await run()).toMatchObject({ examined: 2, acted: 0, failed: 0 });
});

it("nothing is recorded of one whose wait ended before it could be freed", async () => {
  const { light, image, run } = await page(stuck);
  const { commit } = light.audit.ports.images;
  let isFirst = true;
  light.audit.ports.images.commit = async (change) => {
    if (isFirst) {
      isFirst = false;
      await light.change(image.id, { status: "queued" });
    }
    return commit(change);
  };
  expect(await run()).toMatchObject({ acted: 0, failed: 0 });
  expect(await light.findings()).toEqual([]);
});

it("beside a bucket that the table does not know it is left", async () => {
  const { light, image, run } = await page(stuck, { mayDelete: false });
  expect(await run()).toMatchObject({ acted: 0, failed: 0 });
  expect((await light.current(image.id)).status).toBe("saving");
});

it("an image in pending_delete is judged by nobody, one with bytes and a deleted one by theirs", async () => {
  const waiting = await page({ status: "pending_delete" });
  waiting.light.bytes.objects.clear();
  expect(await waiting.run()).toMatchObject({ acted: 0, failed: 0 });
  const active = await page({});
  active.light.bytes.objects.clear();
  await active.run();
  expect(await active.light.findings()).toMatchObject([{ kind: "object-missing" }]);
  const deleted = await page({ status: "deleted", deleted_at: "2026-01-01T00:00:00.000Z" });
  deleted.light.pass(3 * HOUR);
  expect(await deleted.run()).toMatchObject({ acted: 1 });
  expect(await deleted.light.findings()).toMatchObject([{ kind: "bytes-left-over" }]);
});

it("the members of an image that says to have some are counted, once", async () => {
  const { light, image, run } = await page({ member_count: 2 });
  expect(await run()).toMatchObject({ examined: 3, acted: 1, failed: 0 });
  expect((await light.current(image.id)).member_count).toBe(0);
});

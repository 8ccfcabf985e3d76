import { describe, expect, it } from "vitest";
import type { Image } from "../../../../shared/images/domain/image.ts";
import {
  judgeDeleted,
  judgeDeletion,
} from "../../../../shared/upkeep/operations/audit/light/judge-deleted.ts";
import { DAY, HOUR } from "../../../fakes/upkeep/reaper.ts";
import { done, lightAudit } from "./light-audit.ts";

/** A deleted image whose bytes are still there. */
async function halfDeleted(options: Parameters<typeof lightAudit>[0] = {}) {
  const light = lightAudit(options);
  const { image: stored, key } = await light.active();
  const at = light.ago(3 * HOUR);
  const image = await light.change(stored.id, { status: "deleted", deleted_at: at, updated_at: at });
  return { light, image, key };
}
const deletionsOf = ({ metadata }: ReturnType<typeof lightAudit>) => [...metadata.deletions.values()];

describe("bytes of a deleted image", () => {
  it("that no deletion names get one, and the finding that it was so", async () => {
    const { light, image, key } = await halfDeleted();
    expect(await done(judgeDeleted(light.audit, image))).toBe(true);
    const [deletion] = deletionsOf(light);
    expect(deletion).toMatchObject({ image_id: image.id, store: "s3", key });
    expect(light.work.deleting).toEqual([{ deletionId: deletion?.id }]);
    expect(await light.findings()).toMatchObject([
      { kind: "bytes-left-over", subject: key, image_id: image.id, object_key: key, state: "mended" },
    ]);
    await light.deletePending();
    expect(light.bytes.objects.has(key)).toBe(false);
  });

  it("are left to the deletion that names them", async () => {
    const { light, image } = await halfDeleted();
    await done(judgeDeleted(light.audit, image));
    expect(await judgeDeleted(light.audit, image)).toBeUndefined();
    await light.deletePending();
    expect(await judgeDeleted(light.audit, image)).toBeUndefined();
  });

  it("that go while they are looked at are not left over", async () => {
    const { light, image, key } = await halfDeleted();
    const { pendingDeletions } = light.audit.ports.images;
    light.audit.ports.images.pendingDeletions = async (...words) => {
      light.bytes.objects.delete(key);
      return pendingDeletions(...words);
    };
    expect(await judgeDeleted(light.audit, image)).toBeUndefined();
  });

  it("are not judged before two hours and the grace are over", async () => {
    const { light, image } = await halfDeleted();
    expect(await judgeDeleted(light.audit, { ...image, deleted_at: light.ago(2 * HOUR) })).toBeUndefined();
    const undated = { ...image, deleted_at: null, updated_at: light.ago(2 * HOUR) };
    expect(await judgeDeleted(light.audit, undated)).toBeUndefined();
  });

  it("are not deleted, only reported, beside a bucket that the table does not know", async () => {
    const { light, image, key } = await halfDeleted({ mayDelete: false });
    expect(await done(judgeDeleted(light.audit, image))).toBe(false);
    expect(deletionsOf(light)).toEqual([]);
    expect(await light.findings()).toMatchObject([
      { kind: "bytes-left-over", object_key: key, evidence: { key }, state: "open" },
    ]);
    expect(light.waiting()).toBe(1);
  });

  it.each<[string, Partial<Image>]>([
    ["brought back", { status: "pending_delete" }],
    ["in use again", { status: "active" }],
  ])("are kept when the image is %s since it was listed", async (_, attributes) => {
    const { light, image, key } = await halfDeleted();
    const decision = judgeDeleted(light.audit, image);
    await decision;
    await light.change(image.id, attributes);
    expect(await done(decision)).toBe(false);
    expect([deletionsOf(light), light.work.deleting, await light.findings()]).toEqual([[], [], []]);
    expect(light.bytes.objects.has(key)).toBe(true);
  });

  it("are kept when the image changes at the moment of the write", async () => {
    const { light, image } = await halfDeleted();
    light.audit.ports.orphans.scheduleDeletion = async () => false;
    expect(await done(judgeDeleted(light.audit, image))).toBe(false);
    expect([light.work.deleting, await light.findings()]).toEqual([[], []]);
  });
});

describe("a deletion", () => {
  async function waiting(mayDelete: boolean) {
    const { light, image } = await halfDeleted();
    await done(judgeDeleted(light.audit, image));
    light.work.deleting.splice(0);
    const [deletion] = deletionsOf(light);
    if (!deletion) throw new Error("no deletion");
    return { light, audit: { ...light.audit, mayDelete }, deletion };
  }

  it("that has waited for a day is woken and reported", async () => {
    const { light, audit, deletion } = await waiting(true);
    light.pass(DAY - 60);
    expect(await judgeDeletion(audit, deletion.id)).toBeUndefined();
    light.pass(60);
    expect(await done(judgeDeletion(audit, deletion.id))).toBe(true);
    expect(light.work.deleting).toEqual([{ deletionId: deletion.id }]);
    const [, overdue] = (await light.findings()).toSorted((one, other) => (one.kind < other.kind ? -1 : 1));
    expect(overdue).toMatchObject({
      kind: "deletion-overdue",
      subject: deletion.id,
      image_id: deletion.image_id,
      object_key: deletion.key,
      state: "open",
    });
  });

  it("is not woken beside a bucket that the table does not know", async () => {
    const { light, audit, deletion } = await waiting(false);
    light.pass(2 * DAY);
    expect(await done(judgeDeletion(audit, deletion.id))).toBe(false);
    expect(light.work.deleting).toEqual([]);
    expect(light.waiting()).toBe(1);
  });

  it("that is done is none", async () => {
    const { light, audit, deletion } = await waiting(true);
    light.pass(2 * DAY);
    light.metadata.deletions.clear();
    expect(await judgeDeletion(audit, deletion.id)).toBeUndefined();
  });
});

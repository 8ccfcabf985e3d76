import { expect } from "vitest";
import { bytesIn } from "../../../../shared/images/domain/image.ts";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { finalizeImage } from "../../../../shared/images/operations/transfers/finalize-image.ts";
import { outboxJob } from "../../../../shared/upkeep/operations/outbox.ts";
import { reaper } from "../../../../shared/upkeep/operations/reaper/reaper.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";
import { canSee } from "./model.ts";
import type { Known } from "./move.ts";

const DAY = 86_400;

/** Lets days go by in which nobody does anything but the jobs: then nothing is left over, and nothing is lost. */
export async function settle({ life, world }: Known): Promise<void> {
  const { ports, work, bytes, metadata, published } = world;
  const seenBefore = [...life.images.values()].filter((image) => canSee("admin", image));
  for (let round = 0; round < 4; round++) {
    world.pass(8 * DAY);
    for (const ref of work.finalizing.splice(0)) await finalizeImage(ports)(ref, () => true);
    for (const { deletionId } of work.deleting.splice(0)) await deleteBytes(ports)(deletionId);
    await reaper(ports).run(aRun().run);
    await outboxJob({ ...ports, publisherId: "model" }).run(aRun().run);
  }
  const waiting = [...metadata.images.values()].filter(({ status }) => status === "pending_delete");
  const mayBeThere = new Set(waiting.map(({ locations }) => locations[0]?.key));
  expect(
    // Beside a recovery that was cut the scrubber has to come first.
    [...metadata.deletions.values()].filter(({ key }) => !life.wasCut || !mayBeThere.has(key)),
    "deletions that are never carried out",
  ).toEqual([]);
  expect(
    [...bytes.uploads.values()].map(({ key }) => key),
    "uploads without an owner",
  ).toEqual([]);
  expect(metadata.outboxEntries.size, "notifications that are never delivered").toBe(0);
  const told = new Set(
    published.map(({ event_type, payload }) => `${event_type} ${(payload as { id?: string }).id}`),
  );
  const used = new Set<string>();
  for (const image of metadata.images.values()) {
    // A recovery that was cut waits in pending_delete before it has brought the bytes back.
    const isLive = image.status !== "deleted" && (!life.wasCut || image.status !== "pending_delete");
    for (const { key } of isLive ? bytesIn(image) : []) used.add(key);
    expect(image.status, "nobody works on it any more").not.toMatch(/saving/);
    expect(told.has(`image.create ${image.id}`), `the creation of ${image.id} was told`).toBe(true);
    if (image.status === "active")
      expect(told.has(`image.activate ${image.id}`), "activation told").toBe(true);
    if (image.status === "deleted") expect(told.has(`image.delete ${image.id}`), "deletion told").toBe(true);
  }
  const objects = [...bytes.objects.keys()].filter((key) => used.has(key) || !mayBeThere.has(key));
  expect(objects.toSorted(), "objects are those in use").toEqual([...used].toSorted());
  for (const { id } of seenBefore)
    expect(metadata.images.get(id)?.status, "still there").not.toMatch(/delete/);
}

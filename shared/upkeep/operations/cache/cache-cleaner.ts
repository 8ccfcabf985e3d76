import { findStale, type Stale } from "../../../cache/operations/clean-cache.ts";
import { deleteCopy, deleteDueCopies } from "../../../cache/operations/delete-copies.ts";
import { dequeue, evict } from "../../../cache/operations/remove-image.ts";
import type { JobRun } from "../job-run.ts";
import type { Job } from "../run-job.ts";
import type { CleanerPorts } from "./cleaner-ports.ts";
import { findUnknownCopies } from "./unknown-copies.ts";

/** So many due copies in one read. */
const PAGE = 500;

/** Bytes that were taken out of the cache, and whose last URL is over. */
async function deleteDue(ports: CleanerPorts, run: JobRun): Promise<void> {
  for (const removed of await ports.records.dueRemovals({ at: ports.clock(), limit: PAGE })) {
    if (!run.bounds.isLeft()) return run.leavesRest();
    run.bounds.spend({ objects: 1 });
    await run.consider({ kind: "removed copy", id: removed.key, since: removed.due_at }, async () => ({
      what: "delete copy",
      why: "it was taken out of the cache, and nobody may read it any more",
      evidence: { image: removed.image_id, due_at: removed.due_at },
      act: () => deleteCopy(ports, removed),
    }));
  }
}

/** Takes it out, and deletes at once what nobody can be reading. */
async function takeOut(ports: CleanerPorts, stale: Stale): Promise<boolean> {
  const imageId = "queued" in stale ? stale.queued.image_id : stale.cached.image_id;
  const isOut =
    "queued" in stale
      ? await dequeue(ports)(stale.queued)
      : await evict(ports)(stale.cached, stale.isGone ? "at once" : "when its URLs are over");
  if (isOut) await deleteDueCopies(ports)(imageId);
  return isOut;
}

async function takeOutStale(ports: CleanerPorts, run: JobRun): Promise<void> {
  for await (const stale of findStale(ports, ports.clock())) {
    if (!run.bounds.isLeft()) return run.leavesRest();
    run.bounds.spend({ objects: 1 });
    const id = "queued" in stale ? stale.queued.image_id : stale.cached.image_id;
    const evidence =
      "queued" in stale
        ? { queued_at: stale.queued.queued_at, bytes_copied: stale.queued.copy?.offset ?? 0 }
        : { object_key: stale.cached.key, size: stale.cached.size };
    await run.consider({ kind: "queued" in stale ? "queued image" : "cached image", id }, async () => ({
      what: "take out of the cache",
      why: stale.why,
      evidence,
      act: () => takeOut(ports, stale),
    }));
  }
}

/** Bytes and uploads in the folder of which no record tells, not before they are old. */
async function deleteUnknown(ports: CleanerPorts, run: JobRun): Promise<void> {
  for (const { since, ...unknown } of await findUnknownCopies(ports, run)) {
    if (!run.bounds.isLeft()) return run.leavesRest();
    run.bounds.spend({ objects: 1 });
    await run.consider({ kind: "unknown copy", id: unknown.key, since }, async () => ({
      what: "delete copy",
      why: "no record of the cache tells of it",
      evidence: { since, ...(unknown.upload_id !== undefined && { upload_id: unknown.upload_id }) },
      act: () => deleteCopy(ports, { ...unknown, due_at: since }),
    }));
  }
}

/**
 * Keeps the cache clean: deletes copies that were taken out, takes out what is of no use (its image is gone or has other
 * data, nothing comes of it, the cache is off), and deletes bytes in the folder of the copies that no record knows. All
 * of it are copies: nothing else can be lost here. Safe to kill anywhere and to run twice at once.
 */
export const cacheCleaner = (ports: CleanerPorts): Job => ({
  name: "cache-cleaner",
  run: async (run) => {
    await deleteDue(ports, run);
    await takeOutStale(ports, run);
    await deleteUnknown(ports, run);
  },
});

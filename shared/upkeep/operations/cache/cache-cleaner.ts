import { findStale, staleId } from "../../../cache/operations/clean-cache.ts";
import { deleteCopy } from "../../../cache/operations/delete-copies.ts";
import type { JobRun } from "../job-run.ts";
import type { Job } from "../run-job.ts";
import type { CleanerPorts } from "./cleaner-ports.ts";
import { removalOf } from "./removal-of.ts";
import { CACHE_CLEANER, takeOutInPlace } from "./take-out-in-place.ts";
import { findUnknownCopies } from "./unknown-copies.ts";

/** Bytes that were taken out of the cache, and whose last URL is over. */
async function deleteDue(ports: CleanerPorts, run: JobRun): Promise<void> {
  const now = ports.clock().toISOString();
  for await (const removed of ports.records.listRemovals()) {
    if (removed.due_at > now) continue;
    if (!run.bounds.isLeft()) return run.leavesRest();
    run.bounds.spend({ objects: removed.pieces ?? 1 });
    await run.consider({ kind: "removed copy", id: removed.key, since: removed.due_at }, async () => ({
      what: "delete copy",
      why: "it was taken out of the cache, and nobody may read it any more",
      evidence: { image: removed.image_id, due_at: removed.due_at },
      act: () => deleteCopy(ports, removed),
    }));
  }
}

async function takeOutStale(ports: CleanerPorts, run: JobRun): Promise<void> {
  for await (const stale of findStale(ports, ports.clock())) {
    if (!run.bounds.isLeft()) return run.leavesRest();
    run.bounds.spend({ objects: 1 });
    const kind = "queued" in stale ? "queued image" : "cached image";
    await run.consider({ kind, id: staleId(stale) }, async () => removalOf(ports, stale));
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
  name: CACHE_CLEANER,
  run: async (run) => {
    await deleteDue(ports, run);
    await takeOutStale(ports, run);
    await takeOutInPlace(ports, run);
    await deleteUnknown(ports, run);
  },
});

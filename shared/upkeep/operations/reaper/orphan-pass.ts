import { waitingDeletions } from "../../../images/operations/bytes/waiting-deletions.ts";
import type { JobRun } from "../job-run.ts";
import { openPass, type Pass } from "../pass.ts";
import { brake, releasedOrphans } from "./brake.ts";
import { judgeOrphan } from "./delete-orphan.ts";
import { findOrphans, type Listed, withFound } from "./find-orphans.ts";
import { MOST_CANDIDATES, type OrphanCursor, startCursor } from "./orphan-cursor.ts";
import { REAPER, type ReaperPorts } from "./reaper-ports.ts";
import { judgeStuckImage } from "./stuck-images.ts";

const SCHEMA_VERSION = 1;
export const ORPHAN_PASS = "orphans";

/** Images between two saves. */
const IMAGES = 1000;
/** Candidates between two saves. */
const DELETIONS = 20;
const MOST_PENDING = 10_000;

/** Keys that deletions name already; undefined when there are so many that orphans can wait. */
async function pendingKeys({ images }: ReaperPorts): Promise<ReadonlySet<string> | undefined> {
  const keys = new Set<string>();
  for await (const { key } of waitingDeletions(images)) {
    keys.add(key);
    if (keys.size > MOST_PENDING) return undefined;
  }
  return keys;
}

/** Each returns the cursor to go on from. */
type Step = (ports: ReaperPorts, run: JobRun, cursor: OrphanCursor) => Promise<OrphanCursor>;

const images: Step = async (ports, run, cursor) => {
  let { afterImage } = cursor;
  let looked = 0;
  const listing = {
    scopes: [{ kind: "everything" as const }],
    sortKey: "created_at" as const,
    direction: "asc" as const,
    expected: IMAGES,
    ...(afterImage && { after: afterImage }),
  };
  for await (const image of ports.lists.list(listing)) {
    const { id, name, created_at, status, updated_at } = image;
    if (status === "saving" || status === "uploading")
      await run.consider({ kind: "image", id, since: updated_at }, () => judgeStuckImage(ports, image));
    else run.tally.saw();
    afterImage = { id, name, created_at };
    run.bounds.spend({ objects: 1 });
    if (++looked === IMAGES) return { ...cursor, afterImage };
  }
  return { ...cursor, stage: "uploads" };
};

const listedUploads = async ({ inventory }: ReaperPorts, after: string | undefined) => {
  const { uploads, next } = await inventory.listUploads(after);
  const listed = uploads.map(
    ({ key, uploadId, startedAt }): Listed => ({ key, uploadId, ...(startedAt && { since: startedAt }) }),
  );
  return { listed, next };
};

const listedBlobs = async ({ inventory }: ReaperPorts, after: string | undefined) => {
  const { blobs, next } = await inventory.listBlobs(after);
  const listed = blobs.map(
    ({ key, modifiedAt }): Listed => ({ key, ...(modifiedAt && { since: modifiedAt }) }),
  );
  return { listed, next };
};

/** One page of the store's list; the candidates are only counted. */
const listing =
  (kind: "orphanUploads" | "orphanObjects"): Step =>
  async (ports, run, cursor) => {
    const isObjects = kind === "orphanObjects";
    const { listed, next } = await (isObjects ? listedBlobs : listedUploads)(ports, cursor.after);
    const pending = await pendingKeys(ports);
    if (!pending) return cursor;
    const { ours, orphans } = await findOrphans(ports, run, listed, pending);
    const most = Math.max(ports.settings.reaper_max_orphans, await releasedOrphans(ports));
    const { after, ...found } = withFound(cursor, kind, orphans, Math.min(most, MOST_CANDIDATES));
    const seen = isObjects
      ? { ...found, objects: cursor.objects + ours, foreign: cursor.foreign + listed.length - ours }
      : found;
    if (next !== undefined) return { ...seen, after: next };
    if (!isObjects) return { ...seen, stage: "objects" };
    await brake(ports, run, seen);
    return { ...seen, stage: "delete" };
  };

const deleting: Step = async (ports, run, cursor) => {
  const pending = await pendingKeys(ports);
  if (!pending) return cursor;
  const candidates = cursor.candidates.slice(cursor.done, cursor.done + DELETIONS);
  run.bounds.spend({ objects: candidates.length });
  let { deleted } = cursor;
  for (const candidate of candidates) {
    const { key, uploadId, since } = candidate;
    const subject = { kind: uploadId === undefined ? "object" : "upload", id: key, since };
    if (await run.consider(subject, () => judgeOrphan(ports, candidate, pending))) deleted++;
  }
  return { ...cursor, deleted, done: cursor.done + candidates.length };
};

const steps: Readonly<Record<OrphanCursor["stage"], Step>> = {
  images,
  uploads: listing("orphanUploads"),
  objects: listing("orphanObjects"),
  delete: deleting,
};

const isDone = ({ stage, done, candidates }: OrphanCursor): boolean =>
  stage === "delete" && done >= candidates.length;

/**
 * Ends the pass, or begins to count again when an operator's release covers more than fitted into one go. Returns
 * whether the pass is over.
 */
async function ended(ports: ReaperPorts, run: JobRun, pass: Pass<OrphanCursor>): Promise<boolean> {
  const { objects, foreign, orphanObjects, orphanUploads, candidates, deleted } = pass.cursor;
  run.say("count orphans", { objects, foreign, orphanObjects, orphanUploads });
  const isAll = orphanObjects + orphanUploads <= candidates.length;
  if (!isAll && deleted > 0 && !run.dryRun) {
    await pass.save({ ...startCursor, stage: "uploads" });
    return false;
  }
  // The release was used up: it does not cover what is found tomorrow.
  if (!run.dryRun) await ports.switches.forget(REAPER);
  await pass.end();
  return true;
}

/**
 * Walks over all images and over everything in the bucket: frees images that wait for nothing, counts what has no
 * owner, and when the brake lets it, deletes that. As many runs as it takes.
 */
export async function walkOrphans(ports: ReaperPorts, run: JobRun): Promise<void> {
  const pass = await openPass(ports, run, {
    name: ORPHAN_PASS,
    schemaVersion: SCHEMA_VERSION,
    everySeconds: ports.settings.orphan_pass_interval,
    start: startCursor,
  });
  while (pass && run.bounds.isLeft()) {
    if (isDone(pass.cursor)) {
      if (await ended(ports, run, pass)) return;
      continue;
    }
    const next = await steps[pass.cursor.stage](ports, run, pass.cursor);
    if (next === pass.cursor) return run.say("wait", { why: "thousands of deletions are pending" });
    await pass.save(next);
  }
}

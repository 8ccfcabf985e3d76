import { FIRST_STORE } from "../../../images/domain/location.ts";
import { waitingDeletions } from "../../../images/operations/bytes/waiting-deletions.ts";
import { BlobStoreFailed } from "../../../images/ports/blob-store.ts";
import type { JobRun } from "../job-run.ts";
import { openPass, type Pass } from "../pass.ts";
import { brake, releasedOrphans } from "./brake.ts";
import { judgeOrphan } from "./delete-orphan.ts";
import { findOrphans, type Listed, withFound } from "./find-orphans.ts";
import { MOST_CANDIDATES, type OrphanCursor, startCursor } from "./orphan-cursor.ts";
import { REAPER, type ReaperPorts } from "./reaper-ports.ts";
import { judgeStuckImage } from "./stuck-images.ts";

const SCHEMA_VERSION = 2;
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

const listedUploads = async ({ inventories }: ReaperPorts, store: string, after: string | undefined) => {
  const { uploads, next } = await inventories.listUploads(store, after);
  const listed = uploads.map(
    ({ key, uploadId, startedAt }): Listed => ({
      store,
      key,
      uploadId,
      ...(startedAt && { since: startedAt }),
    }),
  );
  return { listed, next };
};

const listedBlobs = async ({ inventories }: ReaperPorts, store: string, after: string | undefined) => {
  const { blobs, next } = await inventories.listBlobs(store, after);
  const listed = blobs.map(
    ({ key, modifiedAt, etag }): Listed => ({
      ...{ store, key },
      ...(modifiedAt && { since: modifiedAt }),
      ...(etag !== undefined && { etag }),
    }),
  );
  return { listed, next };
};

/** What of the counts is the store's that has just been walked over. */
function withShare(cursor: OrphanCursor, store: string): OrphanCursor {
  const sum = (count: "objects" | "orphanObjects") =>
    cursor.shares.reduce((left, share) => left - share[count], cursor[count]);
  const share = { store, objects: sum("objects"), orphanObjects: sum("orphanObjects") };
  return { ...cursor, shares: [...cursor.shares, share] };
}

/** All stores are counted: from here on candidates are deleted, if the brake lets them. */
async function counted(ports: ReaperPorts, run: JobRun, cursor: OrphanCursor): Promise<OrphanCursor> {
  await brake(ports, run, cursor);
  return { ...cursor, stage: "delete" };
}

/**
 * A page of a store's list; undefined when the store does not answer, or is not set up yet: others are not kept from
 * theirs by it, and it is walked over by the next pass.
 */
async function pageOf(
  list: typeof listedBlobs,
  ports: ReaperPorts,
  run: JobRun,
  { store, after }: { readonly store: string; readonly after: string | undefined },
): Promise<Awaited<ReturnType<typeof listedBlobs>> | undefined> {
  try {
    return await list(ports, store, after);
  } catch (error) {
    if (!(error instanceof BlobStoreFailed)) throw error;
    run.say("pass over", { store, why: error.message });
    return undefined;
  }
}

/** One page of the store's list; the candidates are only counted. */
const listing =
  (kind: "orphanUploads" | "orphanObjects"): Step =>
  async (ports, run, cursor) => {
    const isObjects = kind === "orphanObjects";
    const names = ports.inventories.listNames();
    const { store = names[0] ?? FIRST_STORE } = cursor;
    const at = names.indexOf(store);
    // Taken out of the settings on the way: what was counted before is enough.
    if (at < 0) return counted(ports, run, cursor);
    const following = names[at + 1];
    const goOn = (whole: OrphanCursor) =>
      following === undefined
        ? counted(ports, run, whole)
        : Promise.resolve<OrphanCursor>({ ...whole, store: following, stage: "uploads" });
    const list = isObjects ? listedBlobs : listedUploads;
    const page = await pageOf(list, ports, run, { store, after: cursor.after });
    if (!page) {
      const { after: _, ...sofar } = cursor;
      return goOn(withShare(sofar, store));
    }
    const { listed, next } = page;
    const pending = await pendingKeys(ports);
    if (!pending) return cursor;
    const { ours, orphans } = await findOrphans(ports, run, listed, pending);
    const most = Math.max(ports.settings.reaper_max_orphans, await releasedOrphans(ports));
    const { after, ...found } = withFound(cursor, kind, orphans, Math.min(most, MOST_CANDIDATES));
    const seen = isObjects
      ? { ...found, objects: cursor.objects + ours, foreign: cursor.foreign + listed.length - ours }
      : found;
    if (next !== undefined) return { ...seen, store, after: next };
    if (!isObjects) return { ...seen, store, stage: "objects" };
    return goOn(withShare(seen, store));
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
 * Walks over all images and over everything in the stores that are ours: frees images that wait for nothing, counts what has no
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

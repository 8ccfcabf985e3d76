import type { RemovedCopy } from "../../../cache/domain/cached-image.ts";
import { copyOfPiece, copyOwnerOf } from "../../../cache/domain/copy-key.ts";
import type { JobRun } from "../job-run.ts";
import { isOld, youngSince } from "../reaper/age.ts";
import type { CleanerPorts } from "./cleaner-ports.ts";

type Unknown = Omit<RemovedCopy, "due_at"> & { readonly since: string };

/** Whatever the setting says, a copy under way is never taken for one that nobody knows. */
const LEAST_GRACE_MS = 3_600_000;
/** Objects and uploads of one run: what is left is the next one's. */
const MOST = 10_000;

const nameOf = ({ key, upload_id }: { readonly key: string; readonly upload_id?: string }): string =>
  `${key} ${upload_id ?? ""}`;

/** What lies in the folder since before the grace. What has no known age is young, what is no copy's is left alone. */
async function oldOnes({ copyInventory, clock, settings }: CleanerPorts, run: JobRun): Promise<Unknown[]> {
  const graceMs = Math.max(LEAST_GRACE_MS, settings.image_cache_stall_time * 1000);
  const young = youngSince(clock(), graceMs);
  const old: Unknown[] = [];
  const add = (key: string, since: string | undefined, upload_id?: string) => {
    const image_id = copyOwnerOf(key)?.imageId;
    if (image_id === undefined || since === undefined || !isOld(since, young)) return;
    old.push({ image_id, key, since, ...(upload_id !== undefined && { upload_id }) });
  };
  for (let after: string | undefined; run.bounds.isLeft() && old.length < MOST; ) {
    const { blobs, next } = await copyInventory.listBlobs(after);
    for (const { key, modifiedAt } of blobs) add(key, modifiedAt);
    if (next === undefined) break;
    after = next;
  }
  for (let after: string | undefined; run.bounds.isLeft() && old.length < MOST; ) {
    const { uploads, next } = await copyInventory.listUploads(after);
    for (const { key, uploadId, startedAt } of uploads) add(key, startedAt, uploadId);
    if (next === undefined) break;
    after = next;
  }
  return old;
}

/**
 * Objects and uploads that no record of the cache knows. The folder is read first: what lies there then was on record
 * before, if it ever was.
 */
export async function findUnknownCopies(ports: CleanerPorts, run: JobRun): Promise<Unknown[]> {
  const old = await oldOnes(ports, run);
  if (old.length === 0) return [];
  const known = new Set<string>();
  const withPieces = new Set<string>();
  // Queued ones last become cached ones, which are read after them.
  for await (const { copy } of ports.records.listQueued())
    if (copy) {
      known.add(nameOf(copy));
      // Its object, once the upload is completed.
      known.add(nameOf({ key: copy.key }));
      if (copy.pieces) withPieces.add(copy.key);
    }
  for await (const { key } of ports.records.listCached()) if (key !== null) known.add(nameOf({ key }));
  for await (const removed of ports.records.listRemovals()) {
    known.add(nameOf(removed));
    known.add(nameOf({ key: removed.key }));
    if (removed.pieces !== undefined) withPieces.add(copyOfPiece(removed.key));
  }
  const isKnownPiece = ({ key }: Unknown): boolean => {
    const copy = copyOfPiece(key);
    return copy !== key && withPieces.has(copy);
  };
  return old.filter((one) => !known.has(nameOf(one)) && !isKnownPiece(one));
}

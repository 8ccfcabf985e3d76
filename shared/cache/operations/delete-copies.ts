import type { Clock } from "../../clock.ts";
import type { RemovedCopy } from "../domain/cached-image.ts";
import { copyOwnerOf } from "../domain/copy-key.ts";
import type { CacheRecords } from "../ports/cache-records.ts";
import type { CopyStore } from "../ports/copy-store.ts";

export interface DeletePorts {
  readonly records: Pick<CacheRecords, "dueRemovals" | "forgetRemoval">;
  readonly copies: Pick<CopyStore, "abortUpload" | "delete">;
  readonly clock: Clock;
}

/** Deletes the bytes of a removed copy for good, and forgets it. Idempotent. Never touches what is no copy. */
export async function deleteCopy(
  { records, copies }: Omit<DeletePorts, "clock">,
  removed: RemovedCopy,
): Promise<void> {
  if (!copyOwnerOf(removed.key)) throw new Error(`${removed.key} is no key of a cached copy`);
  // The upload first: once it is gone, nobody can complete it into an object behind our back.
  if (removed.upload_id !== undefined) await copies.abortUpload(removed.key, removed.upload_id);
  await copies.delete(removed.key);
  await records.forgetRemoval(removed);
}

const MOST = 100;

/** Deletes what is due of one image. */
export const deleteDueCopies =
  (ports: DeletePorts) =>
  async (imageId: string): Promise<number> => {
    const due = await ports.records.dueRemovals({ at: ports.clock(), limit: MOST, imageId });
    for (const removed of due) await deleteCopy(ports, removed);
    return due.length;
  };

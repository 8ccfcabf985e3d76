import type { Clock } from "../../clock.ts";
import { eachAtOnce } from "../../each-at-once.ts";
import type { RemovedCopy } from "../domain/cached-image.ts";
import { copyOfPiece, copyOwnerOf, pieceKey } from "../domain/copy-key.ts";
import type { CacheRecords } from "../ports/cache-records.ts";
import type { CopyStore } from "../ports/copy-store.ts";

export interface DeletePorts {
  readonly records: Pick<CacheRecords, "dueRemovals" | "forgetRemoval">;
  readonly copies: Pick<CopyStore, "abortUpload" | "delete">;
  readonly clock: Clock;
}

/** There are 9,999 at most, which are deleted in some seconds. */
const PIECES_AT_ONCE = 16;

function* pieceKeys(first: string, count: number): Generator<string> {
  for (let number = 1; number <= count; number++) yield pieceKey(copyOfPiece(first), number);
}

/** Deletes the bytes of a removed copy for good, and forgets it. Idempotent. Never touches what is no copy. */
export async function deleteCopy(
  { records, copies }: Omit<DeletePorts, "clock">,
  removed: RemovedCopy,
): Promise<void> {
  if (!copyOwnerOf(removed.key)) throw new Error(`${removed.key} is no key of a cached copy`);
  // The upload first: once it is gone, nobody can complete it into an object behind our back.
  if (removed.upload_id !== undefined) await copies.abortUpload(removed.key, removed.upload_id);
  if (removed.pieces === undefined) await copies.delete(removed.key);
  else await eachAtOnce(pieceKeys(removed.key, removed.pieces), PIECES_AT_ONCE, (key) => copies.delete(key));
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

import type { Deletion } from "../domain/deletion.ts";

/** Bytes that wait to be deleted. A deletion is written by the change that lets go of the bytes. Strongly consistent. */
export interface Deletions {
  findDeletion(id: string): Promise<Deletion | undefined>;
  /** Oldest first, at most `limit`; fewer only when there are no more, so that whoever asks sees all. */
  pendingDeletions(limit: number, after?: string): Promise<readonly Deletion[]>;
  /**
   * Takes a deletion in hand until then; false when another run has it, or when it is done. As long as a run ends
   * before its claim does, no two are ever at work on the same bytes, and none is when the record is gone.
   */
  claimDeletion(id: string, claim: { readonly now: Date; readonly until: Date }): Promise<boolean>;
  /** Forgets a deletion that is done. Idempotent. */
  removeDeletion(id: string): Promise<void>;
}

import type { WorkQueue } from "../../aws/work-queue.ts";
import { hintDeletions } from "../../images/operations/bytes/hinting-deletions.ts";
import type { Orphans } from "../ports/orphans.ts";

/** Orphans whose deletions are hinted at as soon as they are written, as those of changes of images are. */
export const hintingOrphans = (orphans: Orphans, queue: Pick<WorkQueue, "deleteBytes">): Orphans => ({
  scheduleDeletion: async (deletion, seen) => {
    const isWritten = await orphans.scheduleDeletion(deletion, seen);
    if (isWritten) await hintDeletions(queue, [deletion]);
    return isWritten;
  },
});

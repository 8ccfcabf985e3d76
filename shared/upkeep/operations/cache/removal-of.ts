import { type Stale, staleId, takeOut } from "../../../cache/operations/clean-cache.ts";
import { deleteDueCopies } from "../../../cache/operations/delete-copies.ts";
import type { Decision } from "../job-run.ts";
import type { CleanerPorts } from "./cleaner-ports.ts";

/** The decision to take out of the cache what is of no use, and to delete at once what nobody can be reading. */
export const removalOf = (ports: CleanerPorts, stale: Stale): Decision => ({
  what: "take out of the cache",
  why: stale.why,
  evidence:
    "queued" in stale
      ? { queued_at: stale.queued.queued_at, bytes_copied: stale.queued.copy?.offset ?? 0 }
      : { object_key: stale.cached.key, size: stale.cached.size },
  act: async () => {
    const isOut = await takeOut(ports)(stale);
    if (isOut) await deleteDueCopies(ports)(staleId(stale));
    return isOut;
  },
});

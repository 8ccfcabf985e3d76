import { lastUseOf } from "../../../cache/domain/cached-image.ts";
import { isCacheOn } from "../../../cache/domain/is-cache-on.ts";
import { findExcess } from "../../../cache/operations/prune-cache.ts";
import { evict, type RemovalPorts } from "../../../cache/operations/remove-image.ts";
import type { Settings } from "../../../settings.ts";
import type { Job } from "../run-job.ts";

export interface PrunerPorts extends RemovalPorts {
  readonly settings: Pick<Settings, "image_cache_dir" | "image_cache_max_size" | "download_url_expires">;
}

/**
 * Takes images out of the cache, least recently used first, until its copies have no more than `image_cache_max_size`
 * bytes. Their bytes are the cleaner's, when the last URL of them is over. Safe to kill anywhere and to run twice at once.
 */
export const cachePruner = (ports: PrunerPorts): Job => ({
  name: "cache-pruner",
  run: async (run) => {
    if (!isCacheOn(ports.settings)) return;
    for (const cached of await findExcess(ports.records, ports.settings)) {
      if (!run.bounds.isLeft()) return run.leavesRest();
      run.bounds.spend({ objects: 1 });
      await run.consider({ kind: "cached image", id: cached.image_id }, async () => ({
        what: "evict",
        why: "the cache is full, and no other image was used as long ago",
        evidence: { size: cached.size, last_use: lastUseOf(cached), object_key: cached.key },
        act: () => evict(ports)(cached),
      }));
    }
  },
});

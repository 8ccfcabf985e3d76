import { isCacheOn } from "../../../cache/domain/is-cache-on.ts";
import { staleCached } from "../../../cache/operations/clean-cache.ts";
import type { JobRun } from "../job-run.ts";
import { openPass } from "../pass.ts";
import type { CleanerPorts } from "./cleaner-ports.ts";
import { removalOf } from "./removal-of.ts";

/** Names the job's switch and its checkpoint. */
export const CACHE_CLEANER = "cache-cleaner";
/** To be raised when the cursor changes. */
const SCHEMA_VERSION = 1;
const DAY_SECONDS = 86_400;
const LOOKS_BETWEEN_SAVES = 500;

interface Cursor {
  /** The last image that is done. */
  readonly after?: string;
}

/**
 * Images that are cached where they are leave the cache with their deletion; this is the net under that. They take no
 * room, and each look costs a read, so that they are looked at once a day, in as many runs as that takes.
 */
export async function takeOutInPlace(ports: CleanerPorts, run: JobRun): Promise<void> {
  if (!isCacheOn(ports.settings)) return;
  const pass = await openPass<Cursor>(ports, run, {
    ...{ name: CACHE_CLEANER, schemaVersion: SCHEMA_VERSION, everySeconds: DAY_SECONDS, start: {} },
  });
  if (!pass) return;
  let { cursor } = pass;
  let looked = 0;
  for await (const cached of ports.records.listCached(cursor.after)) {
    if (!run.bounds.isLeft()) {
      run.leavesRest();
      return pass.save(cursor);
    }
    if (cached.key === null) {
      run.bounds.spend({ objects: 1 });
      await run.consider({ kind: "cached image", id: cached.image_id }, async () => {
        const stale = staleCached(cached, await ports.images.find(cached.image_id));
        return stale && removalOf(ports, stale);
      });
    }
    cursor = { after: cached.image_id };
    if (++looked % LOOKS_BETWEEN_SAVES === 0) await pass.save(cursor);
  }
  await pass.end();
}

import { isStopped } from "../../ports/switches.ts";
import type { JobRun } from "../job-run.ts";
import type { OrphanCursor } from "./orphan-cursor.ts";
import { REAPER, type ReaperPorts } from "./reaper-ports.ts";

type BrakePorts = Pick<ReaperPorts, "switches" | "settings">;

/** How many orphans an operator has agreed to, by releasing the reaper after it stopped for so many. */
export async function releasedOrphans({ switches }: BrakePorts): Promise<number> {
  const found = await switches.find(REAPER);
  const orphans = found && !isStopped(found) ? found.evidence.orphans : undefined;
  return typeof orphans === "number" ? orphans : 0;
}

/**
 * Stops the reaper when a pass has found so many orphans that a mistake is likelier than rubbish. A release covers
 * as many as the reason named, and no more.
 */
export async function brake(ports: BrakePorts, run: JobRun, cursor: OrphanCursor): Promise<void> {
  const { reaper_max_orphans: most, reaper_max_orphan_percent: percent } = ports.settings;
  const { objects, orphanObjects, orphanUploads, shares } = cursor;
  const orphans = orphanObjects + orphanUploads;
  const isMany = orphans > most;
  // Of each store: a small one beside a large one would not be seen in the sum.
  const large = shares.find((share) => share.orphanObjects * 100 > share.objects * percent);
  if ((!isMany && !large) || orphans <= (await releasedOrphans(ports))) return;
  const where = shares.length > 1 ? ` in the store ${large?.store}` : "";
  const limit = isMany ? `more than ${most}` : `more than ${percent} % of the objects${where}`;
  run.stop(
    `${orphanObjects} of ${objects} objects and ${orphanUploads} uploads have no owner, ${limit}: nothing was deleted`,
    { orphans, orphan_objects: orphanObjects, orphan_uploads: orphanUploads, objects },
  );
}

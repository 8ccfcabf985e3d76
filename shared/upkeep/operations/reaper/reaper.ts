import { reap } from "../reap.ts";
import type { Job } from "../run-job.ts";
import { ORPHAN_PASS, walkOrphans } from "./orphan-pass.ts";
import { REAPER, type ReaperPorts } from "./reaper-ports.ts";
import { adoptPair, passFence } from "./table-fence.ts";

/**
 * The reaper. Each run: nothing unless table and bucket belong together; then what fell between two steps; then a
 * piece of the walk over everything. It deletes nothing by itself: bytes go by deletions, written on condition.
 */
export const reaper = (ports: ReaperPorts): Job => ({
  name: REAPER,
  run: async (run) => {
    await passFence(ports, run);
    await reap(ports)(run);
    await walkOrphans(ports, run);
  },
  onRelease: async () => {
    await adoptPair(ports);
    // What was counted before is of another time: the next run begins a pass.
    const found = await ports.checkpoints.find(ORPHAN_PASS);
    await ports.checkpoints.save(ORPHAN_PASS, found?.revision, {});
  },
});

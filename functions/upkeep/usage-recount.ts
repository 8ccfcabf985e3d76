import { countsUsage } from "../../shared/settings/counts-usage.ts";
import { usageRecount } from "../../shared/upkeep/operations/records/usage-recount.ts";
import { imageLists, usageStore } from "../wiring/image-ports.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";
import { recordWalk } from "../wiring/upkeep-ports.ts";

const walk = recordWalk("usage-recount");
const job = usageRecount({ ...walk, usage: usageStore(), lists: imageLists() });

export const handler = upkeepJob({
  ...job,
  run: async (run) => {
    if (!countsUsage(walk.settings))
      throw new Error("usage is not counted: set user_storage_quota or use_keystone_limits first");
    await job.run(run);
  },
});

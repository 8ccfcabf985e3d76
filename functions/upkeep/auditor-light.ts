import { countsUsage } from "../../shared/settings/counts-usage.ts";
import { dynamodbOrphans } from "../../shared/upkeep/adapters/dynamodb/orphans.ts";
import { AUDITOR_LIGHT, auditLight } from "../../shared/upkeep/operations/audit/light/audit-light.ts";
import { hintingOrphans } from "../../shared/upkeep/operations/hinting-orphans.ts";
import { auditedStore, findings, imageLists, usageStore } from "../wiring/image-ports.ts";
import { mountedStores } from "../wiring/mounted-stores.ts";
import { table } from "../wiring/table.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";
import { recordWalk, restoreFence } from "../wiring/upkeep-ports.ts";
import { workQueue } from "../wiring/work-queue.ts";

const queue = workQueue();
const walk = recordWalk(AUDITOR_LIGHT);

export const handler = upkeepJob({
  name: AUDITOR_LIGHT,
  dryRun: walk.settings.audit_light_dry_run,
  run: auditLight({
    ...walk,
    ...restoreFence(),
    images: auditedStore(walk.settings),
    lists: imageLists(),
    stores: mountedStores(),
    orphans: hintingOrphans(dynamodbOrphans(...table()), queue),
    queue,
    findings: findings(walk.settings),
    ...(countsUsage(walk.settings) && { usage: usageStore() }),
  }),
});

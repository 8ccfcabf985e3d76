import { documentClient } from "../../shared/aws/document-client.ts";
import { environment } from "../../shared/environment.ts";
import { countsUsage } from "../../shared/settings.ts";
import { dynamodbOrphans } from "../../shared/upkeep/adapters/dynamodb/orphans.ts";
import { AUDITOR_LIGHT, auditLight } from "../../shared/upkeep/operations/audit/light/audit-light.ts";
import { blobStore } from "../wiring/blob-store.ts";
import { findings } from "../wiring/findings.ts";
import { imageLists } from "../wiring/image-lists.ts";
import { notifyingStore } from "../wiring/notifying-store.ts";
import { recordWalk } from "../wiring/record-walk.ts";
import { tablePair } from "../wiring/table-pair.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";
import { usageStore } from "../wiring/usage-store.ts";
import { workQueue } from "../wiring/work-queue.ts";

const walk = recordWalk(AUDITOR_LIGHT);

export const handler = upkeepJob({
  name: AUDITOR_LIGHT,
  dryRun: walk.settings.audit_light_dry_run,
  run: auditLight({
    ...walk,
    ...tablePair(),
    images: notifyingStore(walk.settings),
    lists: imageLists(),
    blobs: blobStore(),
    orphans: dynamodbOrphans(documentClient(), environment("tableName")),
    queue: workQueue(),
    findings: findings(walk.settings),
    ...(countsUsage(walk.settings) && { usage: usageStore() }),
  }),
});

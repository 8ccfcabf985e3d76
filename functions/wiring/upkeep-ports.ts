import { setTimeout as sleep } from "node:timers/promises";
import { systemClock as clock } from "../../shared/clock.ts";
import { environment } from "../../shared/environment.ts";
import { s3Client } from "../../shared/images/adapters/s3/s3-client.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import type { Settings } from "../../shared/settings.ts";
import { dynamodbCheckpoints } from "../../shared/upkeep/adapters/dynamodb/checkpoints.ts";
import { dynamodbRecords } from "../../shared/upkeep/adapters/dynamodb/records.ts";
import { tableHeartbeats, tableIdentity } from "../../shared/upkeep/adapters/dynamodb/table-heartbeats.ts";
import { bucketHeartbeats } from "../../shared/upkeep/adapters/s3/bucket-heartbeats.ts";
import { REAPER } from "../../shared/upkeep/operations/reaper/reaper-ports.ts";
import type { UpdaterPorts } from "../../shared/upkeep/operations/records/updater.ts";
import type { FencePorts } from "../../shared/upkeep/operations/restore-fence.ts";
import { table } from "./table.ts";

/** What a job that walks over all records needs besides what it does there. */
export const recordWalk = (job: string): UpdaterPorts & { readonly settings: Settings } => ({
  records: dynamodbRecords(...table()),
  checkpoints: dynamodbCheckpoints(...table(), job),
  clock,
  sleep,
  settings: deployedSettings(process.env),
});

/** By what jobs tell that table and bucket belong together: the reaper's heartbeat in both. */
export const restoreFence = (): FencePorts => ({
  tableHeartbeats: tableHeartbeats(...table(), REAPER),
  bucketHeartbeats: bucketHeartbeats(s3Client(), environment("imageBucket")),
  tableIdentity: () => tableIdentity(...table()),
});

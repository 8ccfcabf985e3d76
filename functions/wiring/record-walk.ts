import { setTimeout as sleep } from "node:timers/promises";
import { documentClient } from "../../shared/aws/document-client.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { environment } from "../../shared/environment.ts";
import { readSettings, type Settings } from "../../shared/settings.ts";
import { dynamodbCheckpoints } from "../../shared/upkeep/adapters/dynamodb/checkpoints.ts";
import { dynamodbRecords } from "../../shared/upkeep/adapters/dynamodb/records.ts";
import type { UpdaterPorts } from "../../shared/upkeep/operations/records/updater.ts";

/** What a job that walks over all records needs besides what it does there. */
export function recordWalk(job: string): UpdaterPorts & { readonly settings: Settings } {
  const table = [documentClient(), environment("tableName")] as const;
  return {
    records: dynamodbRecords(...table),
    checkpoints: dynamodbCheckpoints(...table, job),
    clock,
    sleep,
    settings: readSettings(process.env),
  };
}

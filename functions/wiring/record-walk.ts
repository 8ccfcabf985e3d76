import { setTimeout as sleep } from "node:timers/promises";
import { dynamodbCheckpoints } from "../../shared/adapters/dynamodb/checkpoints.ts";
import { documentClient } from "../../shared/adapters/dynamodb/document-client.ts";
import { dynamodbRecords } from "../../shared/adapters/dynamodb/records.ts";
import { environment } from "../../shared/environment.ts";
import type { UpdaterPorts } from "../../shared/operations/upkeep/records/updater.ts";
import { systemClock as clock } from "../../shared/ports/clock.ts";
import { readSettings, type Settings } from "../../shared/settings.ts";

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

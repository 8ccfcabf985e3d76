import { documentClient } from "../../shared/adapters/dynamodb/document-client.ts";
import { tableHeartbeats, tableIdentity } from "../../shared/adapters/dynamodb/table-heartbeats.ts";
import { bucketHeartbeats } from "../../shared/adapters/s3/bucket-heartbeats.ts";
import { s3Client } from "../../shared/adapters/s3/s3-client.ts";
import { environment } from "../../shared/environment.ts";
import { REAPER } from "../../shared/operations/upkeep/reaper/reaper-ports.ts";
import type { PairPorts } from "../../shared/operations/upkeep/table-pair.ts";

/** By what jobs tell that table and bucket belong together: the reaper's heartbeat in both. */
export function tablePair(): PairPorts {
  const table = [documentClient(), environment("tableName")] as const;
  return {
    tableHeartbeats: tableHeartbeats(...table, REAPER),
    bucketHeartbeats: bucketHeartbeats(s3Client(), environment("imageBucket")),
    tableIdentity: () => tableIdentity(...table),
  };
}

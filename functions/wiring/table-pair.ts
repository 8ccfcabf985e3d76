import { documentClient } from "../../shared/aws/document-client.ts";
import { environment } from "../../shared/environment.ts";
import { s3Client } from "../../shared/images/adapters/s3/s3-client.ts";
import { tableHeartbeats, tableIdentity } from "../../shared/upkeep/adapters/dynamodb/table-heartbeats.ts";
import { bucketHeartbeats } from "../../shared/upkeep/adapters/s3/bucket-heartbeats.ts";
import { REAPER } from "../../shared/upkeep/operations/reaper/reaper-ports.ts";
import type { PairPorts } from "../../shared/upkeep/operations/table-pair.ts";

/** By what jobs tell that table and bucket belong together: the reaper's heartbeat in both. */
export function tablePair(): PairPorts {
  const table = [documentClient(), environment("tableName")] as const;
  return {
    tableHeartbeats: tableHeartbeats(...table, REAPER),
    bucketHeartbeats: bucketHeartbeats(s3Client(), environment("imageBucket")),
    tableIdentity: () => tableIdentity(...table),
  };
}

import { systemClock as clock } from "../../shared/clock.ts";
import { dynamodbUnfinishedChanges } from "../../shared/metadefs/adapters/dynamodb/unfinished-changes.ts";
import { metadefsJob } from "../../shared/upkeep/operations/metadefs.ts";
import { table } from "../wiring/table.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";

export const handler = upkeepJob(
  metadefsJob({ unfinishedChanges: dynamodbUnfinishedChanges(...table()), clock }),
);

import { systemClock as clock } from "../../shared/clock.ts";
import { dynamodbTaskStore } from "../../shared/images/adapters/dynamodb/task-store.ts";
import { importsJob } from "../../shared/upkeep/operations/imports.ts";
import { table } from "../wiring/table.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";
import { workQueue } from "../wiring/work-queue.ts";

export const handler = upkeepJob(
  importsJob({ tasks: dynamodbTaskStore(...table()), queue: workQueue(), clock }),
);

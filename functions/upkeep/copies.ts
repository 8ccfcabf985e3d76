import { systemClock as clock } from "../../shared/clock.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { dynamodbCheckpoints } from "../../shared/upkeep/adapters/dynamodb/checkpoints.ts";
import { COPIES, copiesJob } from "../../shared/upkeep/operations/copies.ts";
import { imageLists, imageStore } from "../wiring/image-ports.ts";
import { table } from "../wiring/table.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";
import { workQueue } from "../wiring/work-queue.ts";

const settings = deployedSettings(process.env);

export const handler = upkeepJob(
  copiesJob({
    images: imageStore(),
    lists: imageLists(),
    queue: workQueue(),
    checkpoints: dynamodbCheckpoints(...table(), COPIES),
    configured: configuredStores(settings),
    clock,
    settings,
  }),
);

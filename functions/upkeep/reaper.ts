import { systemClock as clock } from "../../shared/clock.ts";
import { hintingDeletions } from "../../shared/images/operations/bytes/hinting-deletions.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { dynamodbCheckpoints } from "../../shared/upkeep/adapters/dynamodb/checkpoints.ts";
import { dynamodbOrphans } from "../../shared/upkeep/adapters/dynamodb/orphans.ts";
import { dynamodbSwitches } from "../../shared/upkeep/adapters/dynamodb/switches.ts";
import { s3BlobInventory } from "../../shared/upkeep/adapters/s3/blob-inventory.ts";
import { hintingOrphans } from "../../shared/upkeep/operations/hinting-orphans.ts";
import { reaper } from "../../shared/upkeep/operations/reaper/reaper.ts";
import { REAPER } from "../../shared/upkeep/operations/reaper/reaper-ports.ts";
import { inventoriesByName } from "../../shared/upkeep/ports/blob-inventory.ts";
import { folderInventory } from "../wiring/file-stores.ts";
import { imageLists, notifyingStore } from "../wiring/image-ports.ts";
import { ofOwnStores } from "../wiring/stores.ts";
import { swiftInventory } from "../wiring/swift-stores.ts";
import { table } from "../wiring/table.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";
import { restoreFence } from "../wiring/upkeep-ports.ts";
import { workQueue } from "../wiring/work-queue.ts";

/** Most images and objects of one run: about what fits into its four minutes. */
const OBJECTS = 100_000;

const settings = deployedSettings(process.env);
const queue = workQueue();

export const handler = upkeepJob({
  ...reaper({
    images: hintingDeletions(notifyingStore(settings), queue),
    lists: imageLists(),
    queue,
    inventories: inventoriesByName(
      ofOwnStores({
        s3: ({ client, bucket }) => s3BlobInventory(client, bucket),
        swift: swiftInventory,
        file: folderInventory,
      }),
    ),
    orphans: hintingOrphans(dynamodbOrphans(...table()), queue),
    checkpoints: dynamodbCheckpoints(...table(), REAPER),
    switches: dynamodbSwitches(...table()),
    ...restoreFence(),
    clock,
    settings,
  }),
  dryRun: settings.reaper_dry_run,
  objects: OBJECTS,
});

import { CACHE_DIR } from "../../shared/cache/domain/copy-key.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { environment } from "../../shared/environment.ts";
import { s3Client } from "../../shared/images/adapters/s3/s3-client.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { dynamodbCheckpoints } from "../../shared/upkeep/adapters/dynamodb/checkpoints.ts";
import { s3BlobInventory } from "../../shared/upkeep/adapters/s3/blob-inventory.ts";
import { cacheCleaner } from "../../shared/upkeep/operations/cache/cache-cleaner.ts";
import { CACHE_CLEANER } from "../../shared/upkeep/operations/cache/take-out-in-place.ts";
import { cacheRecords, copyStore } from "../wiring/cache-ports.ts";
import { imageStore } from "../wiring/image-ports.ts";
import { table } from "../wiring/table.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";

export const handler = upkeepJob(
  cacheCleaner({
    records: cacheRecords(),
    images: imageStore(),
    copies: copyStore(),
    copyInventory: s3BlobInventory(s3Client(), environment("imageBucket"), { folder: `${CACHE_DIR}/` }),
    checkpoints: dynamodbCheckpoints(...table(), CACHE_CLEANER),
    clock,
    settings: deployedSettings(process.env),
  }),
);

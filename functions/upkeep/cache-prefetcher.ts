import { systemClock as clock } from "../../shared/clock.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { cachePrefetcher } from "../../shared/upkeep/operations/cache/cache-prefetcher.ts";
import { cacheRecords } from "../wiring/cache-ports.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";
import { workQueue } from "../wiring/work-queue.ts";

export const handler = upkeepJob(
  cachePrefetcher({
    records: cacheRecords(),
    queue: workQueue(),
    clock,
    settings: deployedSettings(process.env),
  }),
);

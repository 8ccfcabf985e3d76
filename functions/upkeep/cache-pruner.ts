import { systemClock as clock } from "../../shared/clock.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { cachePruner } from "../../shared/upkeep/operations/cache/cache-pruner.ts";
import { cacheRecords } from "../wiring/cache-ports.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";

export const handler = upkeepJob(
  cachePruner({ records: cacheRecords(), clock, settings: deployedSettings(process.env) }),
);

import { cacheApi } from "../../shared/cache/wire/cache-api.ts";
import { cacheRoutes } from "../../shared/cache/wire/cache-routes.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { cacheRecords } from "../wiring/cache-ports.ts";
import { imageApi } from "../wiring/image-api.ts";
import { imageStore } from "../wiring/image-ports.ts";
import { workQueue } from "../wiring/work-queue.ts";

const settings = deployedSettings(process.env);

export const handler = imageApi("cache", settings, {
  routes: cacheRoutes,
  operations: cacheApi({
    images: imageStore(),
    records: cacheRecords(),
    queue: workQueue(),
    clock,
    settings,
  }),
});

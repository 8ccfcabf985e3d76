import { systemClock as clock } from "../../shared/clock.ts";
import { metadefApi } from "../../shared/metadefs/wire/metadef-api.ts";
import { metadefRoutes } from "../../shared/metadefs/wire/metadef-routes.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { imageApi } from "../wiring/image-api.ts";
import { notifyingCatalogue } from "../wiring/metadef-ports.ts";
import { workQueue } from "../wiring/work-queue.ts";

const settings = deployedSettings(process.env);
const namespaces = notifyingCatalogue(settings, workQueue());

export const handler = imageApi("metadefs", settings, {
  routes: metadefRoutes,
  operations: metadefApi({ namespaces, clock, settings }),
});

import { systemClock as clock } from "../../shared/clock.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { purge } from "../../shared/upkeep/operations/purge.ts";
import { deletedImages, imageStore } from "../wiring/image-ports.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";
import { restoreFence } from "../wiring/upkeep-ports.ts";

const settings = deployedSettings(process.env);

export const handler = upkeepJob(
  purge({ images: imageStore(), deletedImages: deletedImages(), clock, settings, ...restoreFence() }),
);

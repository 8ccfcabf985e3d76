import { systemClock as clock } from "../../shared/clock.ts";
import { readSettings } from "../../shared/settings.ts";
import { purge } from "../../shared/upkeep/operations/purge.ts";
import { deletedImages, imageStore } from "../wiring/image-ports.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";
import { restoreFence } from "../wiring/upkeep-ports.ts";

const settings = readSettings(process.env);

export const handler = upkeepJob(
  purge({ images: imageStore(), deletedImages: deletedImages(), clock, settings, ...restoreFence() }),
);

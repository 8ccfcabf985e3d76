import { systemClock as clock } from "../../shared/clock.ts";
import { hintingDeletions } from "../../shared/images/operations/bytes/hinting-deletions.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { scrubber } from "../../shared/upkeep/operations/scrubber.ts";
import { deletedImages, imageStore } from "../wiring/image-ports.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";
import { restoreFence } from "../wiring/upkeep-ports.ts";
import { workQueue } from "../wiring/work-queue.ts";

const settings = deployedSettings(process.env);

export const handler = upkeepJob(
  scrubber({
    images: hintingDeletions(imageStore(), workQueue()),
    deletedImages: deletedImages(),
    clock,
    settings,
    ...restoreFence(),
  }),
);

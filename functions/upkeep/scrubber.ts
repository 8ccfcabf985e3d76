import { systemClock as clock } from "../../shared/clock.ts";
import { readSettings } from "../../shared/settings.ts";
import { scrubber } from "../../shared/upkeep/operations/scrubber.ts";
import { deletedImages } from "../wiring/deleted-images.ts";
import { imageStore } from "../wiring/image-store.ts";
import { tablePair } from "../wiring/table-pair.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";
import { workQueue } from "../wiring/work-queue.ts";

const settings = readSettings(process.env);

export const handler = upkeepJob(
  scrubber({
    images: imageStore(),
    gone: deletedImages(),
    queue: workQueue(),
    clock,
    settings,
    ...tablePair(),
  }),
);

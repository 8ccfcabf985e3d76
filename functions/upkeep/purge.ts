import { systemClock as clock } from "../../shared/clock.ts";
import { readSettings } from "../../shared/settings.ts";
import { purge } from "../../shared/upkeep/operations/purge.ts";
import { deletedImages } from "../wiring/deleted-images.ts";
import { imageStore } from "../wiring/image-store.ts";
import { tablePair } from "../wiring/table-pair.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";

const settings = readSettings(process.env);

export const handler = upkeepJob(
  purge({ images: imageStore(), gone: deletedImages(), clock, settings, ...tablePair() }),
);

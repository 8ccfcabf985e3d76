import { reap } from "../../shared/operations/reap.ts";
import { systemClock as clock } from "../../shared/ports/clock.ts";
import { readSettings } from "../../shared/settings.ts";
import { imageStore } from "../wiring/image-store.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";
import { workQueue } from "../wiring/work-queue.ts";

const settings = readSettings(process.env);

export const handler = upkeepJob({
  name: "reaper",
  dryRun: settings.reaper_dry_run,
  run: reap({ images: imageStore(), queue: workQueue(), clock }),
});

import type { FinalizeMessage } from "../../shared/aws/work-queue.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { finalizeImage } from "../../shared/images/operations/transfers/finalize-image.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { copyingStore, findings } from "../wiring/image-ports.ts";
import { limits } from "../wiring/limits.ts";
import { stores } from "../wiring/stores.ts";
import { postponeIn, workQueue } from "../wiring/work-queue.ts";
import { inRuns } from "./in-runs.ts";

const settings = deployedSettings(process.env);
const queue = workQueue();
const ports = {
  images: copyingStore(settings, queue),
  stores: stores(),
  queue,
  limits: limits(settings),
  findings: findings(settings),
  clock,
  settings,
};

export const handler = inRuns<FinalizeMessage>({
  log: createLogger("finalize"),
  subject: ({ imageId, transferId }) => ({ image_id: imageId, transfer_id: transferId }),
  handle: finalizeImage(ports),
  postpone: postponeIn("finalize"),
  handOverMs: 20_000,
  runMs: settings.hashing_run_seconds * 1000 || Number.POSITIVE_INFINITY,
});

import type { FinalizeMessage } from "../../shared/aws/work-queue.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { finalizeImage } from "../../shared/images/operations/transfers/finalize-image.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { findings, hintingStore } from "../wiring/image-ports.ts";
import { limits } from "../wiring/limits.ts";
import { sources } from "../wiring/sources.ts";
import { postponeIn, workQueue } from "../wiring/work-queue.ts";
import { inRuns } from "./in-runs.ts";

const settings = deployedSettings(process.env);
const queue = workQueue();
const read = finalizeImage({
  images: hintingStore(settings, queue),
  stores: sources(settings),
  readsSources: true,
  queue,
  limits: limits(settings),
  findings: findings(settings),
  clock,
  settings,
});

export const handler = inRuns<FinalizeMessage>({
  log: createLogger("sources"),
  subject: ({ imageId, transferId }) => ({ image_id: imageId, transfer_id: transferId }),
  handle: read,
  postpone: postponeIn("sources"),
  handOverMs: 60_000,
});

import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { FinalizeMessage } from "../../shared/aws/work-queue.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { finalizeImage } from "../../shared/images/operations/transfers/finalize-image.ts";
import { readSettings } from "../../shared/settings.ts";
import { findings, hintingStore } from "../wiring/image-ports.ts";
import { limits } from "../wiring/limits.ts";
import { sources } from "../wiring/sources.ts";
import { postponeIn, workQueue } from "../wiring/work-queue.ts";
import { eachMessage } from "./each-message.ts";

/** Enough to save the state and hand over to the next run. */
const HAND_OVER_MS = 60_000;

const settings = readSettings(process.env);
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
const logger = createLogger("sources");
const postpone = postponeIn("sources");

export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  eachMessage<FinalizeMessage>(event, {
    log: logger,
    subject: ({ imageId, transferId }) => ({ image_id: imageId, transfer_id: transferId }),
    handle: (message, explain) =>
      read(message, () => context.getRemainingTimeInMillis() > HAND_OVER_MS, explain),
    postpone,
  });

import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { FinalizeMessage } from "../../shared/aws/work-queue.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { finalizeImage } from "../../shared/images/operations/transfers/finalize-image.ts";
import { readSettings } from "../../shared/settings.ts";
import { copyingStore, findings } from "../wiring/image-ports.ts";
import { limits } from "../wiring/limits.ts";
import { stores } from "../wiring/stores.ts";
import { postponeIn, workQueue } from "../wiring/work-queue.ts";
import { eachMessage } from "./each-message.ts";

/** Enough to save the state and hand over to the next run. */
const HAND_OVER_MS = 20_000;

const settings = readSettings(process.env);
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
const logger = createLogger("finalize");
const postpone = postponeIn("finalize");

/** The function's own end, or the setting's if that comes first. */
function timeFor(context: Context): () => boolean {
  const began = Date.now();
  const mostMs = settings.hashing_run_seconds * 1000 || Number.POSITIVE_INFINITY;
  return () => context.getRemainingTimeInMillis() > HAND_OVER_MS && Date.now() - began < mostMs;
}

export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  eachMessage<FinalizeMessage>(event, {
    log: logger,
    subject: ({ imageId, transferId }) => ({ image_id: imageId, transfer_id: transferId }),
    handle: (message, explain) => finalizeImage(ports)(message, timeFor(context), explain),
    postpone,
  });

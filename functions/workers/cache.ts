import { randomUUID } from "node:crypto";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { CacheMessage } from "../../shared/aws/work-queue.ts";
import { attendImage } from "../../shared/cache/operations/attend-image.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import { readSettings } from "../../shared/settings.ts";
import { cacheRecords, copyStore } from "../wiring/cache-ports.ts";
import { findings, imageStore } from "../wiring/image-ports.ts";
import { withSources } from "../wiring/sources.ts";
import { stores } from "../wiring/stores.ts";
import { postponeIn, workQueue } from "../wiring/work-queue.ts";
import { eachMessage } from "./each-message.ts";

/** Enough for the part in hand, and to hand over to the next run. */
const HAND_OVER_MS = 120_000;

const settings = readSettings(process.env);
const attend = attendImage({
  findings: findings(settings),
  images: imageStore(),
  records: cacheRecords(),
  copies: copyStore(),
  stores: withSources(stores(), settings),
  configured: configuredStores(settings),
  queue: workQueue(),
  clock,
  newId: randomUUID,
  settings,
});
const logger = createLogger("cache");
const postpone = postponeIn("cache");

export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  eachMessage<CacheMessage>(event, {
    log: logger,
    subject: ({ imageId }) => ({ image_id: imageId }),
    handle: (message, explain) =>
      attend(message, () => context.getRemainingTimeInMillis() > HAND_OVER_MS, explain),
    postpone,
  });

import type { Context, SQSEvent } from "aws-lambda";
import { createLogger } from "../../shared/http/logger.ts";
import { deliverFor } from "../../shared/operations/deliver-notifications.ts";
import type { NotifyMessage } from "../../shared/ports/work-queue.ts";
import { deliveryPorts } from "../wiring/delivery.ts";

const HAND_OVER_MS = 10_000;

const logger = createLogger("notify");
const deliver = deliverFor(deliveryPorts(logger));

/** Hints are done with in any case: what could not be delivered is the outbox job's, within a minute. */
export const handler = async (event: SQSEvent, context: Context) => {
  const imageIds = event.Records.map(({ body }) => (JSON.parse(body) as NotifyMessage).imageId);
  const hasTime = () => context.getRemainingTimeInMillis() > HAND_OVER_MS;
  logger.info("delivered", { hints: imageIds.length, ...(await deliver(imageIds, hasTime)) });
  return { batchItemFailures: [] };
};

import type { Context } from "aws-lambda";
import { createLogger } from "../../shared/http/logger.ts";
import {
  type Delivery,
  deliverOutbox,
  waitingTooLong,
} from "../../shared/operations/deliver-notifications.ts";
import { deliveryPorts } from "../wiring/delivery.ts";

const HAND_OVER_MS = 10_000;

const logger = createLogger("outbox");
const ports = deliveryPorts(logger);

export const handler = async (_event: unknown, context: Context): Promise<Delivery> => {
  const result = await deliverOutbox(ports)(() => context.getRemainingTimeInMillis() > HAND_OVER_MS);
  logger.info("swept", { ...result });
  const waiting_seconds = waitingTooLong(result, ports.clock());
  // The alarm of the upkeep stack reads this line.
  if (waiting_seconds !== undefined)
    logger.warn("notifications wait", { waiting_seconds, oldest: result.oldest });
  return result;
};

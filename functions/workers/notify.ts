import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createLogger } from "../../shared/http/logger.ts";
import { deliverFor } from "../../shared/notifications/operations/deliver-notifications.ts";
import { deliveryPorts } from "../wiring/notifications.ts";
import { readHints } from "./read-hints.ts";

const HAND_OVER_MS = 10_000;

const logger = createLogger("notify");
const deliver = deliverFor(deliveryPorts(logger));

/**
 * Hints are done with in any case: what could not be delivered is the outbox job's, within a minute. Those that nobody
 * can read go to the dead letters.
 */
export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const { subjects, batchItemFailures } = readHints(event);
  for (const { itemIdentifier } of batchItemFailures) logger.error("unreadable", { itemIdentifier });
  const hasTime = () => context.getRemainingTimeInMillis() > HAND_OVER_MS;
  const about = { hints: subjects.length, subjects: [...new Set(subjects)] };
  try {
    logger.info("delivered", { ...about, ...(await deliver(subjects, hasTime)) });
  } catch (error) {
    logger.error("failed", { ...about, error: error as Error });
  }
  return { batchItemFailures };
};

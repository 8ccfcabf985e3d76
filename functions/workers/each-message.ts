import type { Logger } from "@aws-lambda-powertools/logger";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

/**
 * Handles each message of a batch; those that fail are reported one by one, so that SQS repeats only them and
 * puts them aside after the queue's count of tries. One line a message says what was decided.
 */
export async function eachMessage<Message>(
  event: SQSEvent,
  logger: Logger,
  handle: (message: Message) => Promise<unknown>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
  for (const record of event.Records) {
    const message = JSON.parse(record.body) as Message;
    try {
      logger.info("handled", { message, result: await handle(message) });
    } catch (error) {
      logger.error("failed", { message, error: error as Error });
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
}

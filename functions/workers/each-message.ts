import type { Logger } from "@aws-lambda-powertools/logger";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { retryDelaySeconds } from "./retry-delay.ts";

export interface MessageWork<Message> {
  readonly logger: Logger;
  readonly handle: (message: Message) => Promise<unknown>;
  /** Hides a message that was received for so many seconds more. */
  readonly postpone: (receiptHandle: string, seconds: number) => Promise<void>;
}

/**
 * Handles each message of a batch; those that fail, and those that cannot be read, are reported one by one, so that SQS
 * repeats only them and puts them aside after the queue's count of tries. They come again after a pause that grows with
 * their tries: the queue's visibility timeout, which a failure would wait for otherwise, is meant for runs that were
 * killed, and long. One line a message says what was decided.
 */
export async function eachMessage<Message>(
  event: SQSEvent,
  { logger, handle, postpone }: MessageWork<Message>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
  for (const { messageId, receiptHandle, body, attributes } of event.Records) {
    try {
      const message = JSON.parse(body) as Message;
      logger.info("handled", { message, result: await handle(message) });
    } catch (error) {
      const seconds = retryDelaySeconds(Number(attributes.ApproximateReceiveCount));
      logger.error("failed", { message: body, error: error as Error, retry_in_seconds: seconds });
      batchItemFailures.push({ itemIdentifier: messageId });
      // It comes again all the same, when the visibility timeout is over.
      await postpone(receiptHandle, seconds).catch((reason: unknown) =>
        logger.warn("not postponed", { message: body, error: reason as Error }),
      );
    }
  }
  return { batchItemFailures };
}

import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { eachAtOnce } from "../../shared/each-at-once.ts";
import type { Explain, Explanation, Log } from "../../shared/log.ts";
import { retryDelaySeconds } from "./retry-delay.ts";

export interface MessageWork<Message> {
  readonly log: Log;
  /** What the log calls the things that a message is about. */
  readonly subject: (message: Message) => Readonly<Record<string, string>>;
  /** Returns what came of it; `explain` takes the reason. */
  readonly handle: (message: Message, explain: Explain) => Promise<string>;
  /** Hides a message that was received for so many seconds more. */
  readonly postpone: (receiptHandle: string, seconds: number) => Promise<void>;
  /** Messages at a time, where one that waits for a slow store must not use up the time of the others; one otherwise. */
  readonly atOnce?: number;
}

/**
 * Handles each message of a batch; those that fail, and those that cannot be read, are reported one by one, so that SQS
 * repeats only them and puts them aside after the queue's count of tries. They come again after a pause that grows with
 * their tries: the queue's visibility timeout, which a failure would wait for otherwise, is meant for runs that were
 * killed, and long. One line a message says of what, what was decided, and why.
 */
export async function eachMessage<Message>(
  event: SQSEvent,
  { log, subject, handle, postpone, atOnce = 1 }: MessageWork<Message>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
  await eachAtOnce(event.Records, atOnce, async ({ messageId, receiptHandle, body, attributes }) => {
    let about: Readonly<Record<string, string>> = { unread: body.slice(0, 200) };
    let explanation: Explanation | undefined;
    const explain: Explain = (given) => {
      explanation = given;
    };
    try {
      const message = JSON.parse(body) as Message;
      about = subject(message);
      const result = await handle(message, explain);
      log.info("handled", { ...about, result, ...explanation });
    } catch (error) {
      const seconds = retryDelaySeconds(Number(attributes.ApproximateReceiveCount));
      log.error("failed", { ...about, ...explanation, error: error as Error, retry_in_seconds: seconds });
      batchItemFailures.push({ itemIdentifier: messageId });
      // It comes again all the same, when the visibility timeout is over.
      await postpone(receiptHandle, seconds).catch((reason: unknown) =>
        log.warn("not postponed", { ...about, error: reason as Error }),
      );
    }
  });
  return { batchItemFailures };
}

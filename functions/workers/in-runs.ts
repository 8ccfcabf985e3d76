import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { Explain } from "../../shared/log.ts";
import { eachMessage, type MessageWork } from "./each-message.ts";

interface WorkInRuns<Message> extends Omit<MessageWork<Message>, "handle"> {
  /** Left before the function's end for the piece in hand, and to hand over to the next run. */
  readonly handOverMs: number;
  /** A run's longest time, where that is shorter than the function's. */
  readonly runMs?: number;
  /** As MessageWork's, and asks `hasTime` before each piece. */
  readonly handle: (message: Message, hasTime: () => boolean, explain: Explain) => Promise<string>;
}

/** Handles messages about work that takes longer than a function may run, as `eachMessage` does. */
export const inRuns =
  <Message>({ handOverMs, runMs = Number.POSITIVE_INFINITY, handle, ...work }: WorkInRuns<Message>) =>
  (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const began = Date.now();
    const hasTime = () => context.getRemainingTimeInMillis() > handOverMs && Date.now() - began < runMs;
    return eachMessage<Message>(event, {
      ...work,
      handle: (message, explain) => handle(message, hasTime, explain),
    });
  };

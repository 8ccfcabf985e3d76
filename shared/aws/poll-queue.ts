import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Log } from "../log.ts";
import { postponeMessage } from "./postpone-message.ts";

/** SQS API reference, ReceiveMessage: the longest poll. */
const POLL_SECONDS = 20;
/** So often is a message hidden anew: of a worker that is killed, most of the time remains. */
const HIDDEN_IN_ITS_TIME = 8;
/** After a poll that failed. */
const PAUSE_MS = 5000;

export interface PolledQueue {
  readonly client: SQSClient;
  readonly url: string;
  /** As long as the queue hides a message that was received; it is hidden anew in time while it is worked on. */
  readonly visibilitySeconds: number;
  readonly log: Log;
  /** Ends the polling: what is in hand is worked on until its handler returns. */
  readonly stopping: AbortSignal;
  /**
   * Works on one message. Returns the seconds after which it is to come again; undefined when it is done. A failure is
   * logged, and the message comes again after `retrySeconds`.
   */
  readonly handle: (body: unknown) => Promise<number | undefined>;
  readonly retrySeconds: (receiveCount: number) => number;
}

async function attend(
  queue: PolledQueue,
  { Body = "", ReceiptHandle = "", Attributes }: Message,
): Promise<void> {
  const { client, url, visibilitySeconds, log, handle, retrySeconds } = queue;
  const hide = postponeMessage(client, url);
  const hideAnew = () =>
    hide(ReceiptHandle, visibilitySeconds).catch((error: unknown) =>
      // It comes again while it is worked on: whoever gets it finds the task held.
      log.warn("not hidden anew", { error: error as Error }),
    );
  const timer = setInterval(() => void hideAnew(), (visibilitySeconds * 1000) / HIDDEN_IN_ITS_TIME);
  let again: number | undefined;
  try {
    again = await handle(JSON.parse(Body));
  } catch (error) {
    again = retrySeconds(Number(Attributes?.ApproximateReceiveCount));
    log.error("failed", { error: error as Error, retry_in_seconds: again });
  } finally {
    clearInterval(timer);
  }
  if (again === undefined) await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
  else await hide(ReceiptHandle, again);
}

/** Takes messages of a queue one after the other, as Lambda does for a function, until it is to stop. */
export async function pollQueue(queue: PolledQueue): Promise<void> {
  const { client, url, log, stopping } = queue;
  const receive = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: 1,
    WaitTimeSeconds: POLL_SECONDS,
    MessageSystemAttributeNames: ["ApproximateReceiveCount"],
  });
  while (!stopping.aborted) {
    try {
      const { Messages = [] } = await client.send(receive, { abortSignal: stopping });
      for (const message of Messages) await attend(queue, message);
    } catch (error) {
      if (stopping.aborted) return;
      log.error("not polled", { error: error as Error });
      await sleep(PAUSE_MS, undefined, { signal: stopping }).catch(() => undefined);
    }
  }
}

import type { IncomingMessage } from "node:http";
import type { S3Client } from "@aws-sdk/client-s3";

/** How long a host may be silent; all in milliseconds. */
export interface Waits {
  /** Until it has taken the connection. */
  readonly connectMs: number;
  /** From the request to the head of its answer, and between two chunks of it. Twice this is below an API function's 25 s. */
  readonly answerMs: number;
  /** Instead, until it has put the parts of an object together: it goes on with that when nobody waits any more. */
  readonly completeMs: number;
  /** Instead, until it has copied a part by itself. */
  readonly copyMs: number;
}

const usual: Waits = { connectMs: 4000, answerMs: 8000, completeMs: 15_000, copyMs: 60_000 };

/** Bytes that are sent count for time, too: a slower line than this is no line. */
const LEAST_BYTES_A_MS = 1024;

interface SentRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
}

/**
 * How long it may be silent, before its answer and within it: S3 begins the answer to a completion or a copy at once and
 * sends white space now and then until it is done (API reference, CompleteMultipartUpload; how often, it does not say).
 */
function silenceOf({ method, headers, query = {} }: SentRequest, waits: Waits): number {
  if (headers["x-amz-copy-source"] !== undefined) return waits.copyMs;
  return method === "POST" && query.uploadId !== undefined ? waits.completeMs : waits.answerMs;
}

const sendingTime = ({ headers }: SentRequest): number =>
  Number(headers["content-length"] ?? 0) / LEAST_BYTES_A_MS;

/** No name and no code that the SDK repeats a request for. */
class HostSilent extends Error {}

/** Ends an answer that stops in its middle. Its bytes are always taken as they come, so it is no reader who is slow. */
function endSilence(body: IncomingMessage, silentMs: number): void {
  const { socket } = body;
  const end = () => body.destroy(new HostSilent(`the host sent nothing for ${silentMs} ms`));
  socket.setTimeout(silentMs, end);
  body.once("close", () => socket.removeListener("timeout", end));
}

/** What of the SDK's own settings belongs to it. */
export const requestHandlerOf = ({ connectMs } = usual) =>
  ({ connectionTimeout: connectMs, throwOnRequestTimeout: true }) as const;

/**
 * The same client, which waits for no host for ever: the SDK alone would, and whoever waits is killed with all that it has
 * in hand. What was asked in vain is asked once more, as a kept connection may have died, and only when the answer is due
 * at once: SDK and host would else hold a function six times as long.
 */
export function withBoundedWaits(client: S3Client, waits: Waits = usual): S3Client {
  const handler = client.config.requestHandler;
  const handle = handler.handle.bind(handler);
  handler.handle = async (request, options) => {
    const sent = request as unknown as SentRequest;
    const silentMs = silenceOf(sent, waits);
    const requestTimeout = silentMs + sendingTime(sent);
    try {
      const answer = await handle(request, { ...options, requestTimeout });
      endSilence(answer.response.body as IncomingMessage, silentMs);
      return answer;
    } catch (error) {
      const isFirst = /^attempt=1\b/.test(sent.headers["amz-sdk-request"] ?? "");
      const isQuick = requestTimeout <= waits.answerMs;
      if ((error as Error).name !== "TimeoutError" || (isFirst && isQuick)) throw error;
      throw new HostSilent(`the host did not answer within ${requestTimeout} ms`);
    }
  };
  return client;
}

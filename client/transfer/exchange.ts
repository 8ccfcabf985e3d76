import type { ClientRequest, IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { collectAnswer } from "./collect-answer.ts";
import type { Connections } from "./connections.ts";
import { ExchangeFailed, exchangeFailed } from "./exchange-failed.ts";

export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  /** Sent with its exact Content-Length. Must not be changed until the exchange is over. */
  readonly body?: Buffer;
  /** Longest time without a byte in either direction. */
  readonly idleMs: number;
  /** An answer with a larger body counts as broken. */
  readonly maxAnswerBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Asked before each slice of the body is sent: milliseconds to wait first. */
  readonly pace?: ((bytes: number) => number) | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** TLS encrypts a whole write at once and keeps the result in memory: large bodies go in slices. */
const SLICE_BYTES = 256 * 1024;

function send(request: ClientRequest, { body, pace }: Call, isAnswered: () => boolean): void {
  if (body === undefined) {
    request.end();
    return;
  }
  let offset = 0;
  let isPaced = false;
  const more = () => {
    while (offset < body.length) {
      // Who answers before the end (S3's 503 and 403 do) does not want the rest.
      if (request.destroyed || isAnswered()) return;
      const slice = body.subarray(offset, offset + SLICE_BYTES);
      const waitMs = isPaced ? 0 : (pace?.(slice.length) ?? 0);
      isPaced = waitMs > 0;
      if (isPaced) {
        setTimeout(more, waitMs);
        return;
      }
      offset += slice.length;
      if (!request.write(slice)) {
        request.once("drain", more);
        return;
      }
    }
    request.end();
  };
  more();
}

/**
 * One request and its whole, bounded answer, whatever its status; redirects are not followed, nothing is repeated.
 * Throws ExchangeFailed, or the signal's reason when that ended it.
 */
export function exchange(connections: Connections, call: Call): Promise<Answer> {
  const { url, signal, idleMs, body } = call;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) =>
      reject(signal?.aborted ? signal.reason : exchangeFailed(error, url.host));
    let answered = false;
    const request = connections.request(url, {
      method: call.method,
      headers: { ...call.headers, ...(body ? { "content-length": body.length } : {}) },
      timeout: idleMs,
      ...(signal ? { signal } : {}),
    });
    request.on("timeout", () =>
      request.destroy(new ExchangeFailed("timeout", `${url.host} was silent for ${idleMs / 1000} s`)),
    );
    request.on("error", (error) => {
      if (!answered) fail(error);
    });
    request.on("response", (answer) => {
      answered = true;
      collectAnswer(answer, call.maxAnswerBytes, url.host)
        .then(
          (bytes) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: bytes }),
          fail,
        )
        .finally(() => {
          if (!request.writableEnded) request.destroy();
        });
    });
    send(request, call, () => answered);
  });
}

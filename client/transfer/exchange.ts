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

/** A packet that is lost is sent again after 1, 3 and 7 s: whoever is there has answered by then. */
const CONNECT_MS = 10_000;

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
      reject(
        signal?.aborted ? signal.reason : exchangeFailed(error, url.host, connections.answered.has(url.host)),
      );
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
    request.on("socket", (socket) => {
      if (!socket.connecting) return;
      const patience = connections.answered.has(url.host) ? "full" : "none";
      const text = `${url.host} cannot be reached: it took no connection within ${CONNECT_MS / 1000} s`;
      const late = () => request.destroy(new ExchangeFailed("refused", text, { patience }));
      const timer = setTimeout(late, Math.min(CONNECT_MS, idleMs));
      for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(timer));
    });
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

import http from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

export interface RawRequest {
  readonly method: string;
  readonly url: string;
  /** Names and values one after the other, as they are sent. */
  readonly headers?: readonly string[];
  readonly body?: Buffer;
  /** The body goes in chunks, without its length. */
  readonly isChunked?: boolean;
  /** The connection is cut after so many bytes of the body. */
  readonly cutAfter?: number;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

const WAIT_MS = 60_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const notCut = { status: 0, headers: {}, body: Buffer.alloc(0) };

/** One exchange without redirects, repeats or second thoughts. Rejects when there is no answer, but for a cut request. */
export function sendRaw({ method, url, headers = [], body, ...how }: RawRequest): Promise<RawAnswer> {
  const { isChunked = false, cutAfter } = how;
  const target = new URL(url);
  const names = headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const framing =
    names.includes("transfer-encoding") || (body === undefined && cutAfter === undefined)
      ? []
      : isChunked
        ? ["Transfer-Encoding", "chunked"]
        : ["Content-Length", String(body?.length ?? 0)];
  const host = names.includes("host") ? [] : ["Host", target.host];
  return new Promise((resolve, reject) => {
    const all = [...host, ...headers, ...framing];
    // An array is sent as it is, two headers of one name among it.
    const options = {
      method,
      headers: all as unknown as http.OutgoingHttpHeaders,
      agent: false,
      setHost: false,
    };
    const request = (target.protocol === "https:" ? https : http).request(target, options);
    let answered = false;
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${WAIT_MS} ms`)), WAIT_MS);
    const end = (act: () => void) => {
      clearTimeout(timer);
      act();
    };
    request.on("response", (response) => {
      answered = true;
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) return response.destroy(new Error("the answer is too large"));
        chunks.push(chunk);
      });
      response.on("error", (error) => end(() => reject(error)));
      response.on("end", () => {
        const { statusCode: status = 0, headers: given } = response;
        end(() => resolve({ status, headers: given, body: Buffer.concat(chunks) }));
        request.destroy();
      });
    });
    // Of a refused body the rest may not be sent any more; the answer is there then.
    request.on("error", (error) => {
      if (!answered) end(() => (cutAfter === undefined ? reject(error) : resolve(notCut)));
    });
    if (cutAfter === undefined) request.end(body);
    else
      request.write(body?.subarray(0, cutAfter), () => {
        // What was written has a moment to leave.
        sleep(300).then(() => request.destroy(new Error("cut")));
      });
  });
}

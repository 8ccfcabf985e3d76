import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { ExchangeFailed, exchangeFailed } from "../transfer/exchange-failed.ts";
import type { EndpointContext } from "./ask-endpoint.ts";
import type { ClientExchange } from "./client-exchange.ts";

/** Bytes of what a presigned URL leads to: from `start` on, `length` of them. */
export interface UrlRange {
  readonly url: URL;
  readonly start: number;
  readonly length: number;
}

/**
 * Reads a presigned URL, with nothing of the client's request: no token goes there. Read no faster than it is taken, and
 * ended when the client goes. Throws ExchangeFailed when it is not answered, or with other bytes than those.
 */
export async function* readUrl(
  { url, start, length }: UrlRange,
  { response }: ClientExchange,
  { connections, limits: { partIdleMs } }: EndpointContext,
): AsyncGenerator<Buffer> {
  const range = `bytes=${start}-${start + length - 1}`;
  const request = connections.request(url, { headers: { range }, timeout: partIdleMs });
  const end = () => request.destroy();
  request.on("timeout", () => request.destroy(new ExchangeFailed("timeout", `${url.host} was silent`)));
  response.once("close", end);
  try {
    request.end();
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    request.on("error", () => undefined);
    if (answer.statusCode !== 206)
      throw new ExchangeFailed("broken", `${url.host} answered ${answer.statusCode} to a read of a copy`);
    let left = length;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      left -= chunk.length;
      if (left < 0) break;
      yield chunk;
    }
    if (left !== 0) throw new ExchangeFailed("broken", `${url.host} gave another number of bytes`);
  } catch (error) {
    throw exchangeFailed(error, url.host);
  } finally {
    response.off("close", end);
    end();
  }
}

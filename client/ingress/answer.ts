import type { OutgoingHttpHeaders } from "node:http";
import type { GlanceError } from "../../shared/errors.ts";
import { glanceFault, keystoneFault } from "../../shared/http/fault.ts";
import type { ClientExchange } from "./client-exchange.ts";
import { drain, isBeyondDraining } from "./drain.ts";
import type { Limits } from "./limits.ts";

/** A whole answer of the ingress itself. */
export interface OwnAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** A refusal in the form this client can show: Keystone's under `/v3`, Glance's elsewhere. */
export function faultAnswer(error: GlanceError, { request, path, publicUrl }: ClientExchange): OwnAnswer {
  const form = /^\/v3(?:\/|$)/.test(path) ? keystoneFault : glanceFault;
  const headers = new Map([["accept", request.headers.accept ?? ""]]);
  const { status, headers: own = {}, body } = form(error, { headers, publicUrl });
  return {
    status,
    headers: { "content-type": "application/json", ...lowerCased(own) },
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  };
}

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/**
 * Sends an answer while the request's body may still be under way: the answer goes out at once, the rest of the body
 * is drained within bounds, and only then is the exchange ended. A client whose body is not read to its end is cut off,
 * after `beforeCut`.
 */
export async function sendAnswer(
  exchange: ClientExchange,
  answer: OwnAnswer,
  limits: Limits,
  beforeCut: () => Promise<void> = async () => undefined,
): Promise<void> {
  const { request, response, requestId } = exchange;
  if (response.destroyed || response.headersSent) {
    if (!request.complete) await beforeCut();
    return;
  }
  // A client that still waits for "100 Continue" may send the body or not: only a new connection is unambiguous.
  const isUnsent = exchange.awaitsContinue;
  response.shouldKeepAlive &&= !isUnsent && !isBeyondDraining(request, limits);
  response.writeHead(answer.status, {
    "x-openstack-request-id": requestId,
    ...answer.headers,
    "content-length": answer.body.length,
  });
  if (isUnsent || request.method === "HEAD") {
    response.end(answer.body);
    return;
  }
  response.write(answer.body);
  const isDrained = await drain(request, limits);
  if (!isDrained) await beforeCut();
  response.end(() => {
    if (!isDrained) response.socket?.destroySoon();
  });
}

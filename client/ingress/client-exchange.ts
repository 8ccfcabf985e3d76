import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** A client's request being served, with what every part of the ingress needs to know of it. */
export interface ClientExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path and query as the client sent them, checked by `requestTarget`. */
  readonly target: string;
  readonly path: string;
  readonly requestId: string;
  /** Absolute base URL under which this client reaches the ingress, without a trailing slash. */
  readonly publicUrl: string;
  /** The client waits for `100 Continue` before it sends the body; `sendContinue` ends that. */
  awaitsContinue: boolean;
  /** Body bytes moved, for the log. */
  bytes: number;
}

/** The client's own id in Glance's form (`req-` before it, at most 64 characters), else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const own = request.headers["x-openstack-request-id"];
  if (typeof own !== "string" || !/^[\w.-]{1,64}$/.test(own)) return `req-${randomUUID()}`;
  return own.startsWith("req-") ? own : `req-${own}`;
}

/** What the client called us, unless a public URL is configured. */
export function publicUrlOf(request: IncomingMessage, configured: string | undefined): string {
  if (configured !== undefined) return configured;
  const { host } = request.headers;
  if (host !== undefined && /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/.test(host))
    return `http://${host}`;
  const { localAddress = "127.0.0.1", localPort } = request.socket;
  return `http://${localAddress.includes(":") ? `[${localAddress}]` : localAddress}:${localPort}`;
}

export function sendContinue(exchange: ClientExchange): void {
  if (exchange.awaitsContinue) exchange.response.writeContinue();
  exchange.awaitsContinue = false;
}

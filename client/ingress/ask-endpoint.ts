import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { TooLarge } from "../../shared/errors.ts";
import type { Connections } from "../transfer/connections.ts";
import { ExchangeFailed, exchangeFailed } from "../transfer/exchange-failed.ts";
import { type ClientExchange, sendContinue } from "./client-exchange.ts";
import { requestHeaders } from "./headers.ts";
import type { Limits } from "./limits.ts";
import { Refusal } from "./refusal.ts";
import { BodyStalled, requestBody } from "./request-body.ts";

export interface EndpointContext {
  /** Base URL of the API without a trailing slash. */
  readonly endpoint: string;
  readonly connections: Connections;
  readonly limits: Limits;
}

/** API Gateway's limit for a request body. */
const GATEWAY_BODY_BYTES = 10 * 1024 * 1024;

const announcedBytes = (request: IncomingMessage) => Number(request.headers["content-length"] ?? 0);
const hasBody = (request: IncomingMessage) =>
  request.headers["transfer-encoding"] !== undefined || announcedBytes(request) > 0;

function writable(upstream: ClientRequest, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      upstream.off("drain", go).off("close", go);
      signal.removeEventListener("abort", go);
      resolve();
    };
    upstream.on("drain", go).on("close", go);
    signal.addEventListener("abort", go, { once: true });
  });
}

/**
 * Passes the client's request on, with its body as it comes and `more` headers. Resolves to the head of the endpoint's answer, which may
 * come before the end of the body: the rest is passed on until the answer has ended. Throws ExchangeFailed, or
 * TooLarge when the endpoint hung up on a body that API Gateway does not take, and a Refusal with 408 for a body that
 * does not come.
 */
export function askEndpoint(
  exchange: ClientExchange,
  context: EndpointContext,
  more: OutgoingHttpHeaders = {},
): Promise<IncomingMessage> {
  const { request, response, target } = exchange;
  const { endpoint, connections, limits } = context;
  const base = new URL(endpoint);
  const over = new AbortController();
  let sent = 0;

  return new Promise((resolve, reject) => {
    const upstream = connections.request(base, {
      method: request.method ?? "GET",
      path: `${base.pathname.replace(/\/$/, "")}${target}`,
      headers: { ...requestHeaders(request, base, exchange.requestId), ...more },
      timeout: limits.apiIdleMs,
    });
    const fail = (error: unknown) => {
      over.abort(error);
      const isRead = request.method === "GET" || request.method === "HEAD";
      if (upstream.reusedSocket && isRead && !hasBody(request) && !response.destroyed) {
        // A kept connection that the endpoint closed at the same moment; a new one is not reused.
        resolve(askEndpoint(exchange, context, more));
      } else if (Math.max(sent, announcedBytes(request)) > GATEWAY_BODY_BYTES) {
        // Its 413 is lost when it closes the connection while we are still writing.
        reject(new TooLarge(`The image API takes requests of at most ${GATEWAY_BODY_BYTES} bytes.`));
      } else reject(exchangeFailed(error, base.host));
    };
    const silent = `${base.host} was silent for ${limits.apiIdleMs / 1000} s`;
    upstream.on("timeout", () => upstream.destroy(new ExchangeFailed("timeout", silent)));
    upstream.once("error", fail);
    upstream.on("response", (answer) => {
      upstream.off("error", fail).on("error", () => undefined);
      answer.once("close", () => {
        over.abort();
        if (!upstream.writableEnded) upstream.destroy();
      });
      resolve(answer);
    });
    const leave = () => upstream.destroy();
    response.once("close", leave);
    upstream.once("close", () => response.off("close", leave));

    const sendBody = async () => {
      const late = new BodyStalled(`the body took longer than ${limits.forwardMs / 1000} s`);
      const timer = setTimeout(() => over.abort(late), limits.forwardMs);
      over.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
      for await (const chunk of requestBody(request, limits.apiIdleMs, over.signal)) {
        sent += chunk.length;
        if (!upstream.write(chunk)) await writable(upstream, over.signal);
      }
      upstream.end();
    };
    if (!hasBody(request)) upstream.end();
    else {
      sendContinue(exchange);
      sendBody().catch((error: Error) => {
        // Before the upstream's own end, which would name the API.
        if (error instanceof BodyStalled)
          reject(new Refusal(408, `The request was given up: ${error.message}.`));
        if (error instanceof BodyStalled || !over.signal.aborted) upstream.destroy(error);
      });
    }
  });
}

import type { IncomingMessage, ServerResponse } from "node:http";
import { drain } from "./limits.ts";

/** What the gateway answers. */
export interface Reply {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | string;
  /** The request's body was left unread: it is drained up to a bound, and the connection closed. */
  readonly refusedBody?: boolean;
}

const withoutBody = new Set([204, 304]);

/** Sends the answer. Resolves when the exchange is over. */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  reply: Reply,
): Promise<void> {
  const body = Buffer.from(reply.body);
  const unread = reply.refusedBody === true && !request.complete;
  for (const [name, value] of reply.headers) response.appendHeader(name, value);
  response.setHeader("x-amzn-RequestId", requestId);
  if (unread) response.setHeader("Connection", "close");
  if (!withoutBody.has(reply.status)) response.setHeader("Content-Length", body.length);
  response.writeHead(reply.status);
  if (unread && request.method !== "HEAD") {
    // The whole answer is out before the body is drained; ending the response first would cut the connection
    // under a client that is still sending, and it would never see the answer.
    response.write(body);
    await drain(request);
    response.end();
  } else response.end(request.method === "HEAD" ? undefined : body);
}

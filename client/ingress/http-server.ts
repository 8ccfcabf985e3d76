import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { GlanceError } from "../../shared/errors.ts";
import { formFault } from "../../shared/http/request-form.ts";
import type { Limits } from "./limits.ts";
import { Refusal } from "./refusal.ts";
import { answerRaw, answerUnreadable } from "./unreadable-request.ts";

export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The client waits for `100 Continue` before it sends the body. */
  readonly awaitsContinue: boolean;
  /** What is wrong with the request as HTTP: it is to be refused with this. */
  readonly fault: GlanceError | undefined;
}

/** How often connections are looked at for heads that take too long. */
const CHECK_MS = 1000;
const MAX_HEAD_BYTES = 16 * 1024;

/** Refuses connections above the bounds before anything of them is read. */
function boundConnections(server: http.Server, { maxConnections, maxConnectionsPerAddress }: Limits): void {
  const most = maxConnectionsPerAddress || maxConnections;
  const open = new Map<string, number>();
  let all = 0;
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    const own = open.get(address) ?? 0;
    if (all >= maxConnections || own >= most) {
      answerRaw(socket, 429, "Too many connections are open here: close some, or try again later.");
      return;
    }
    all += 1;
    open.set(address, own + 1);
    socket.once("close", () => {
      all -= 1;
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
  });
}

/**
 * An HTTP server that hands every readable request to `serve`, and whose connections are bounded in number, in the time
 * and size of a head, and in how long they are kept without a request. Bodies are the reader's to bound: an upload takes
 * hours, so that nothing here limits a whole request.
 */
export function createHttpServer(limits: Limits, serve: (arrival: Arrival) => void): http.Server {
  const server = http.createServer({
    requestTimeout: 0,
    // Node's default would be 0 as well, because requestTimeout is.
    headersTimeout: limits.headMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, limits.headMs),
    keepAliveTimeout: limits.keepAliveMs,
    maxHeaderSize: MAX_HEAD_BYTES,
    // A missing one gets an answer with a text.
    requireHostHeader: false,
    // Dead peers are found by TCP.
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  });
  // Node leaves out what is above, unseen: all are counted instead, and their bytes are bounded anyway.
  server.maxHeadersCount = 0;
  // A client that has sent all may close its side and still wait for the answer (RFC 9112, 9.6). Node's own switch for
  // that is not in its documentation or types.
  Object.assign(server, { httpAllowHalfOpen: true });
  boundConnections(server, limits);

  const arrives =
    (awaitsContinue: boolean, refusal?: GlanceError) =>
    (request: IncomingMessage, response: ServerResponse) => {
      // A connection that breaks is found by whoever reads or writes next.
      request.on("error", () => undefined);
      response.on("error", () => undefined);
      const fault = formFault(request, limits.maxHeaders) ?? refusal;
      if (fault) response.shouldKeepAlive = false;
      serve({ request, response, awaitsContinue, fault });
    };
  server.on("request", arrives(false));
  server.on("checkContinue", arrives(true));
  server.on(
    "checkExpectation",
    arrives(true, new Refusal(417, "No other expectation than 100-continue is met here.")),
  );
  server.on("connect", (_: IncomingMessage, socket: Socket) =>
    answerRaw(socket, 501, "This is no proxy: CONNECT is not supported."),
  );
  server.on("clientError", answerUnreadable);
  return server;
}

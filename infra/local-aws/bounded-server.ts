import { createServer, type RequestListener, type Server, type ServerOptions } from "node:http";

/** From a connection's or request's first byte to the end of its head. */
const HEAD_MS = 20_000;
const CHECK_MS = 2000;
const MAX_CONNECTIONS = 2000;

/**
 * An HTTP server whose connections are bounded in number, and in the time for a head: with `requestTimeout: 0` Node's
 * own bound of heads is 0 as well, and half-open ones would stay for ever. Clients may close their side after a request
 * (RFC 9112, 9.6), which Node has a switch for that is not in its types.
 */
export function createBoundedServer(options: ServerOptions, serve: RequestListener): Server {
  const server = createServer(
    { headersTimeout: HEAD_MS, connectionsCheckingInterval: CHECK_MS, ...options },
    serve,
  );
  server.maxConnections = MAX_CONNECTIONS;
  return Object.assign(server, { httpAllowHalfOpen: true });
}

import http from "node:http";
import https from "node:https";

const MAX_CONNECTIONS_PER_HOST = 128;
/** Below the idle limits of S3 and API Gateway, so that they seldom close a connection under a new request. */
const IDLE_MS = 4000;

/** Keep-alive connections, shared by all calls that are given this object. */
export interface Connections {
  /** Starts a request on one of the connections; nothing is sent before its `write` or `end`. */
  request(url: URL, options: http.RequestOptions): http.ClientRequest;
  close(): void;
}

/** TLS beyond Node's defaults, e.g. a private certificate authority. */
export type TlsOptions = Pick<https.AgentOptions, "ca" | "rejectUnauthorized">;

export function createConnections(
  tls: TlsOptions = {},
  perHost: number = MAX_CONNECTIONS_PER_HOST,
): Connections {
  const options: http.AgentOptions = {
    keepAlive: true,
    maxSockets: perHost,
    scheduling: "lifo",
    timeout: IDLE_MS,
  };
  const agents = { http: new http.Agent(options), https: new https.Agent({ ...options, ...tls }) };
  const agentFor = (url: URL) => (url.protocol === "https:" ? agents.https : agents.http);
  return {
    request: (url, request) =>
      (url.protocol === "https:" ? https : http).request(url, { ...request, agent: agentFor(url) }),
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

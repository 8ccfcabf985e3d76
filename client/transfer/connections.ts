import http from "node:http";
import https from "node:https";

const MAX_CONNECTIONS_PER_HOST = 128;
/** Below the idle limits of S3 and API Gateway, so that they seldom close a connection under a new request. */
const IDLE_MS = 4000;

/** Keep-alive connections, shared by all calls that are given this object. */
export interface Connections {
  /** Starts a request on one of the connections; nothing is sent before its `write` or `end`. */
  request(url: URL, options: http.RequestOptions): http.ClientRequest;
  /** Hosts that have answered. */
  readonly answered: ReadonlySet<string>;
  /** Told before each repeat of a request that failed; `next` is the number of the try that comes, of `attempts`. */
  readonly onRepeat?: ((error: unknown, next: number, attempts: number) => void) | undefined;
  close(): void;
}

/** TLS beyond Node's defaults, e.g. a private certificate authority. */
export type TlsOptions = Pick<https.AgentOptions, "ca" | "rejectUnauthorized">;

export interface ConnectionOptions {
  /** Most connections to one host. */
  readonly perHost?: number;
  readonly onRepeat?: Connections["onRepeat"];
}

export function createConnections(
  tls: TlsOptions = {},
  { perHost = MAX_CONNECTIONS_PER_HOST, onRepeat }: ConnectionOptions = {},
): Connections {
  const options: http.AgentOptions = {
    keepAlive: true,
    maxSockets: perHost,
    scheduling: "lifo",
    timeout: IDLE_MS,
  };
  const agents = { http: new http.Agent(options), https: new https.Agent({ ...options, ...tls }) };
  const agentFor = (url: URL) => (url.protocol === "https:" ? agents.https : agents.http);
  const answered = new Set<string>();
  return {
    answered,
    onRepeat,
    request: (url, request) =>
      (url.protocol === "https:" ? https : http)
        .request(url, { ...request, agent: agentFor(url) })
        .once("response", () => answered.add(url.host)),
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

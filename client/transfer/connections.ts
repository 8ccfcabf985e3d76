import http from "node:http";
import https from "node:https";
import { HttpsProxyAgent } from "hpagent";

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
export type TlsOptions = Pick<https.AgentOptions, "ca" | "cert" | "key" | "rejectUnauthorized">;

/** The proxy for a URL; undefined: none. */
export type ProxyChoice = (url: URL) => URL | undefined;

export interface ConnectionOptions {
  /** Asked at the first TLS connection; may throw. */
  readonly tls?: () => TlsOptions;
  readonly proxyFor?: ProxyChoice;
  /** Most connections to one host. */
  readonly perHost?: number;
  readonly onRepeat?: Connections["onRepeat"];
}

const proxyAuthorization = ({ username, password }: URL): http.OutgoingHttpHeaders => {
  if (username === "" && password === "") return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
};

/** TLS goes through a tunnel of the proxy; plain requests are handed to it with their whole URL (RFC 9112, 3.2.2). */
export function createConnections({
  tls = () => ({}),
  proxyFor = () => undefined,
  perHost = MAX_CONNECTIONS_PER_HOST,
  onRepeat,
}: ConnectionOptions = {}): Connections {
  const options: http.AgentOptions = {
    keepAlive: true,
    maxSockets: perHost,
    scheduling: "lifo",
    timeout: IDLE_MS,
  };
  const agents = new Map<string, http.Agent>();
  const agent = (use: string, make: () => http.Agent): http.Agent => {
    const known = agents.get(use) ?? make();
    agents.set(use, known);
    return known;
  };
  const plain = () => agent("plain", () => new http.Agent(options));

  function throughProxy(proxy: URL, url: URL, request: http.RequestOptions): http.ClientRequest {
    if (url.protocol === "https:") {
      const tunnel = agent(
        `tunnel ${proxy.href}`,
        () => new HttpsProxyAgent({ ...options, ...tls(), proxy }),
      );
      return https.request(url, { ...request, agent: tunnel });
    }
    const isTls = proxy.protocol === "https:";
    return (isTls ? https : http).request({
      ...request,
      agent: isTls ? agent("proxy", () => new https.Agent(options)) : plain(),
      host: proxy.hostname,
      port: proxy.port,
      path: url.href,
      headers: {
        ...(request.headers as http.OutgoingHttpHeaders),
        host: url.host,
        ...proxyAuthorization(proxy),
      },
    });
  }

  function directly(url: URL, request: http.RequestOptions): http.ClientRequest {
    if (url.protocol !== "https:") return http.request(url, { ...request, agent: plain() });
    return https.request(url, {
      ...request,
      agent: agent("tls", () => new https.Agent({ ...options, ...tls() })),
    });
  }

  const answered = new Set<string>();
  return {
    answered,
    onRepeat,
    request: (url, request) => {
      const proxy = proxyFor(url);
      const started = proxy ? throughProxy(proxy, url, request) : directly(url, request);
      return started.once("response", () => answered.add(url.host));
    },
    close: () => {
      for (const each of agents.values()) each.destroy();
    },
  };
}

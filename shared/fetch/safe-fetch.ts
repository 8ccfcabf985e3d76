import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP, type Socket } from "node:net";
import { shownUrl } from "../shown-url.ts";
import { addressRule } from "./address-rule.ts";
import { boundedBody } from "./bounded-body.ts";
import { failureOf, SourceFailed, SourceForbidden } from "./fetch-errors.ts";
import { guardedLookup, type ResolveAll } from "./guarded-lookup.ts";
import { releaseReads } from "./release-reads.ts";
import { type UriFilterOptions, uriFilter } from "./uri-filter.ts";

export interface SafeFetchOptions extends UriFilterOptions {
  /** Networks (CIDR) that are fetched from though they are not public. */
  readonly import_allowed_networks: readonly string[];
  readonly maxRedirects: number;
  readonly maxHeaderBytes: number;
  /** From the request to the head of the answer, each hop by itself. */
  readonly firstByteMs: number;
  /** Between two chunks of the body. */
  readonly idleMs: number;
  /** Connections kept to one host. */
  readonly connectionsPerHost: number;
  /** Certificates of authorities besides those of the system, PEM. */
  readonly ca?: string;
  /** How names are resolved; the system's way unless a test says otherwise. */
  readonly resolve?: ResolveAll;
}

export interface FetchRequest {
  readonly method?: "GET" | "HEAD";
  /** Sent as they are, along redirects as well; never anything of a caller's: no token, no cookie. */
  readonly headers?: Partial<
    Readonly<Record<"Range" | "If-Match" | "If-Range" | "If-Unmodified-Since", string>>
  >;
  /** A caller's own, which goes to the host that the URI names and to no other: a redirect elsewhere goes without it. */
  readonly credential?: { readonly name: string; readonly value: string };
  /** More bytes of body than this are a failure. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

export interface FetchedAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  /** Where it came from, after redirects. */
  readonly url: URL;
  /** The bytes as they come; read it or abandon it (`return`), which closes the connection. */
  readonly body: AsyncGenerator<Buffer, void, undefined>;
}

const redirects = new Set([301, 302, 303, 307, 308]);

/** One hop: the head of the answer, its body not read yet. */
function ask(
  url: URL,
  { method = "GET", headers = {}, credential, signal }: FetchRequest,
  { agents, isAllowed, maxHeaderBytes, firstByteMs, ca }: Connected,
): Promise<IncomingMessage> {
  const isSecure = url.protocol === "https:";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  // An address is connected to without a look-up.
  if (isIP(host) !== 0 && !isAllowed(host))
    throw new SourceForbidden(`The address ${host} is not one that is fetched from.`);
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = (isSecure ? httpsRequest : httpRequest)(url, {
      method,
      agent: isSecure ? agents.https : agents.http,
      headers: {
        Accept: "*/*",
        "Accept-Encoding": "identity",
        "User-Agent": "serverless-glance",
        ...headers,
        ...(credential && { [credential.name]: credential.value }),
      },
      maxHeaderSize: maxHeaderBytes,
      ...(ca !== undefined && { ca }),
      ...(signal && { signal }),
    });
    const timer = setTimeout(
      () => sent.destroy(new SourceFailed(`${shownUrl(url)} did not answer within ${firstByteMs / 1000} s.`)),
      firstByteMs,
    );
    // The look-up and the line above have decided already; this holds whatever way a connection came about.
    const check = (socket: Socket) => {
      if (socket.remoteAddress !== undefined && !isAllowed(socket.remoteAddress))
        sent.destroy(
          new SourceForbidden(`The address ${socket.remoteAddress} is not one that is fetched from.`),
        );
    };
    sent.on("socket", (socket) =>
      socket.connecting ? socket.once("connect", () => check(socket)) : check(socket),
    );
    sent.on("response", (answer) => {
      clearTimeout(timer);
      releaseReads(answer);
      resolve(answer);
    });
    sent.on("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(failureOf(error, url));
    });
    sent.end();
  });
}

interface Connected extends Pick<SafeFetchOptions, "maxHeaderBytes" | "firstByteMs" | "ca"> {
  readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent };
  readonly isAllowed: (address: string) => boolean;
}

/**
 * Fetches from foreign sources by the rules of the options: each URL, redirects among them, passes the filter, and
 * each connection goes to an allowed address. TLS is verified. Throws SourceForbidden for what the rules refuse, and
 * SourceFailed for what the source does wrong, an answer of 400 or more among it. `close` ends kept connections.
 */
export function safeFetch(options: SafeFetchOptions) {
  const isAllowed = addressRule(options.import_allowed_networks);
  const filter = uriFilter(options);
  const kept = {
    keepAlive: true,
    maxSockets: options.connectionsPerHost,
    lookup: guardedLookup(isAllowed, options.resolve),
  };
  const agents = { http: new HttpAgent(kept), https: new HttpsAgent(kept) };
  const connected: Connected = { ...options, agents, isAllowed };

  const fetch = async (uri: string, request: FetchRequest): Promise<FetchedAnswer> => {
    let url = filter(uri);
    const { credential, ...anywhere } = request;
    const { origin } = url;
    for (let hop = 0; ; hop++) {
      const answer = await ask(url, url.origin === origin ? request : anywhere, connected);
      const status = answer.statusCode ?? 0;
      const { location } = answer.headers;
      if (redirects.has(status) && location !== undefined) {
        answer.destroy();
        if (hop === options.maxRedirects)
          throw new SourceFailed(`${shownUrl(url)} redirects more than ${options.maxRedirects} times.`, {
            status,
          });
        if (!URL.canParse(location, url.href))
          throw new SourceFailed(`${shownUrl(url)} redirects to no URL.`, { status });
        // As it is written where it is whole, so that the filter sees what a resolution would smooth.
        url = filter(/^[a-z][a-z0-9+.-]*:/i.test(location) ? location : new URL(location, url.href).href);
        continue;
      }
      if (status < 200 || status >= 300) {
        answer.destroy();
        throw new SourceFailed(`${shownUrl(url)} answers ${status}.`, { status });
      }
      const body = boundedBody(answer, {
        name: shownUrl(url),
        maxBytes: request.maxBytes,
        idleMs: options.idleMs,
      });
      return { status, headers: answer.headers, url, body };
    }
  };
  const close = () => {
    agents.http.destroy();
    agents.https.destroy();
  };
  return { fetch, close };
}

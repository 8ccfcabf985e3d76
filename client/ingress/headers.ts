import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";

/** RFC 9110 7.6.1, and what `Connection` itself names. */
const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** API Gateway renames some headers of a function's answer (REST API, "important notes"). */
const REMAPPED = "x-amzn-remapped-";
/** What the connection to the client decides, not a function. */
const neverRestored = new Set([...hopByHop, "content-length", "host"]);

function endToEnd(message: IncomingMessage): OutgoingHttpHeaders {
  const dropped = new Set(hopByHop);
  for (const name of (message.headers.connection ?? "").split(",")) dropped.add(name.trim().toLowerCase());
  const kept = Object.entries(message.headersDistinct).filter(([name]) => !dropped.has(name));
  return Object.fromEntries(
    kept.map(([name, values = []]) => [name, values.length === 1 ? values[0] : values]),
  );
}

/** Who calls: never what the client says of itself, so that who trusts this ingress can count on it. */
export const forwardedFor = ({ socket }: IncomingMessage): Record<string, string> => ({
  "x-forwarded-for": (socket.remoteAddress ?? "unknown").replace(/^::ffff:(?=\d+\.)/i, ""),
});

/**
 * The client's headers for the endpoint. `Expect` is answered here, the host is the endpoint's, and X-Forwarded-For is
 * the client's address alone.
 */
export function requestHeaders(
  request: IncomingMessage,
  endpoint: URL,
  requestId: string,
): OutgoingHttpHeaders {
  const { expect: _, ...headers } = endToEnd(request);
  const length = request.headers["content-length"];
  const framing =
    request.headers["transfer-encoding"] !== undefined
      ? { "transfer-encoding": "chunked" }
      : length === undefined
        ? {}
        : { "content-length": length };
  return {
    "x-openstack-request-id": requestId,
    ...headers,
    ...framing,
    ...forwardedFor(request),
    host: endpoint.host,
  };
}

/** The endpoint's headers for the client, API Gateway's renamed ones under their own names again. */
export function responseHeaders(answer: IncomingMessage, requestId: string): OutgoingHttpHeaders {
  const sent = Object.entries(endToEnd(answer));
  const restored = sent.flatMap(([name, value]): (typeof sent)[number][] => {
    const original = name.slice(REMAPPED.length);
    return name.startsWith(REMAPPED) && !neverRestored.has(original) ? [[original, value]] : [];
  });
  const own = sent.filter(([name]) => !name.startsWith(REMAPPED));
  return { "x-openstack-request-id": requestId, ...Object.fromEntries([...own, ...restored]) };
}

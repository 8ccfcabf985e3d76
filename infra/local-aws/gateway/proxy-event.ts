import { pseudoParameters } from "../template/pseudo-parameters.ts";
import type { RestApiDefinition } from "../template/rest-api.ts";
import type { Match } from "./route-tree.ts";

/** A request as the gateway received it. */
export interface GatewayRequest {
  readonly requestId: string;
  readonly receivedAt: Date;
  readonly method: string;
  /** Path without the stage, as sent: percent-encoded, with any slash at its end. */
  readonly path: string;
  /** Without the question mark. */
  readonly rawQuery: string;
  /** Name, value, name, value, … as sent. */
  readonly rawHeaders: readonly string[];
  readonly host: string;
  readonly sourceIp: string;
  readonly port: number;
  readonly body: Buffer;
}

/** Headers of the connection, and those that the gateway sets itself: never taken from the client. */
const withheld = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-amzn-trace-id",
  "x-forwarded-port",
  "x-forwarded-proto",
]);

type Multi = Readonly<Record<string, readonly string[]>>;

/**
 * The event of API Gateway's Lambda proxy integration, payload format 1.0 (REST API). `path`, `requestContext.path` and
 * the path parameters are percent-encoded as they were sent; only the query is decoded (localstack PR 7728).
 */
export function proxyEvent(
  api: RestApiDefinition,
  { route, pathParameters }: Match,
  request: GatewayRequest,
): Record<string, unknown> {
  const { requestId, receivedAt, method, path, host, sourceIp, body } = request;
  const headers = headersOf(request, isBinary(api));
  // A semicolon splits, like an ampersand (API Gateway developer guide, "important notes for REST APIs").
  const query = group([...new URLSearchParams(request.rawQuery.replaceAll(";", "&"))]);
  return {
    resource: route.path,
    path,
    httpMethod: method,
    headers: lastOf(headers),
    multiValueHeaders: headers,
    queryStringParameters: nullIfEmpty(lastOf(query)),
    multiValueQueryStringParameters: nullIfEmpty(query),
    pathParameters,
    stageVariables: null,
    requestContext: {
      accountId: pseudoParameters.accountId,
      apiId: api.id,
      domainName: host,
      domainPrefix: host.split(".")[0],
      extendedRequestId: requestId,
      httpMethod: method,
      identity: {
        sourceIp,
        userAgent: headers["User-Agent"]?.at(-1) ?? headers["user-agent"]?.at(-1) ?? null,
      },
      path: `/${api.stage}${path}`,
      protocol: "HTTP/1.1",
      requestId,
      requestTime: requestTime(receivedAt),
      requestTimeEpoch: receivedAt.getTime(),
      resourceId: route.path,
      resourcePath: route.path,
      stage: api.stage,
    },
    body: body.length === 0 ? null : body.toString(isBinary(api) ? "base64" : "utf8"),
    isBase64Encoded: isBinary(api),
  };
}

const isBinary = ({ binaryMediaTypes }: RestApiDefinition): boolean => binaryMediaTypes.includes("*/*");

/** A binary body comes without its Content-Length (aws-lambda-dotnet PR 1929, compared with AWS; its issue 559). */
function headersOf({ rawHeaders, sourceIp, port, requestId }: GatewayRequest, binary: boolean): Multi {
  const all = rawHeaders.flatMap((name, at): [string, string][] =>
    at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ""]] : [],
  );
  const isForwardedFor = ([name]: readonly [string, string]) => name.toLowerCase() === "x-forwarded-for";
  const hops = all.filter(isForwardedFor).map(([, value]) => value);
  const isWithheld = ([name]: readonly [string, string]) =>
    withheld.has(name.toLowerCase()) || (binary && name.toLowerCase() === "content-length");
  return group([
    ...all.filter((pair) => !isWithheld(pair) && !isForwardedFor(pair)),
    ["X-Amzn-Trace-Id", `Root=1-${requestId}`],
    // What the client says of its own way stays, the address it came from goes after it.
    ["X-Forwarded-For", [...hops, sourceIp].join(", ")],
    ["X-Forwarded-Port", String(port)],
    ["X-Forwarded-Proto", "http"],
  ]);
}

const group = (pairs: readonly (readonly [string, string])[]): Multi =>
  Object.fromEntries(
    [...Map.groupBy(pairs, ([name]) => name)].map(([name, values]) => [
      name,
      values.map(([, value]) => value),
    ]),
  );

const lastOf = (multi: Multi): Record<string, string> =>
  Object.fromEntries(Object.entries(multi).map(([name, values]) => [name, values.at(-1) ?? ""]));

const nullIfEmpty = <Value extends object>(value: Value): Value | null =>
  Object.keys(value).length === 0 ? null : value;

/** `21/Nov/2026:08:00:00 +0000` (the access log's form). */
function requestTime(at: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(at.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

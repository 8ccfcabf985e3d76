import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { ownValue } from "../own-value.ts";
import type { ApiRequest, ApiResponse } from "./api-request.ts";
import type { Route } from "./route.ts";

/** Routes by `METHOD path`, made at the first request. */
const indexes = new WeakMap<readonly Route[], Map<string, Route>>();
const routeOf = (routes: readonly Route[], method: string, resource: string): Route | undefined => {
  const index =
    indexes.get(routes) ?? new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  indexes.set(routes, index);
  return index.get(`${method} ${resource}`);
};

/** Parts of a path; a slash at the end makes none. */
const segmentsOf = (path: string): readonly string[] => path.replace(/\/$/, "").split("/").slice(1);

/**
 * What lies before the paths of our routes, and the path behind it. At the API's own address that is the stage, which
 * `path` leaves out and `requestContext.path` has; at a custom domain both have what the mapping puts there: base path,
 * stage, both or nothing (localstack PR 12296, measured on AWS). So the matched resource says where its path begins.
 */
function mountOf({ path, requestContext, resource, pathParameters }: APIGatewayProxyEvent) {
  const full = requestContext.path ?? path;
  // A greedy parameter stands for as many segments as it has.
  const matched = resource.replace(/\{(\w+)\+\}/, (_, name: string) => ownValue(pathParameters, name) ?? "");
  const before = segmentsOf(full).slice(0, -segmentsOf(matched).length || undefined);
  const prefix = before.map((segment) => `/${segment}`).join("");
  return { prefix, path: full.slice(prefix.length) || "/" };
}

function publicUrlOf(
  event: APIGatewayProxyEvent,
  headers: ReadonlyMap<string, string>,
  prefix: string,
  configured: string,
): string {
  if (configured !== "") return configured;
  const host = event.requestContext.domainName ?? headers.get("host") ?? "localhost";
  return `${headers.get("x-forwarded-proto") ?? "https"}://${host}${prefix}`;
}

/**
 * A path parameter as the client meant it. REST APIs hand it over as it was sent (serverless issue 5037, localstack PR
 * 7728); should a deployment show otherwise, this is the line to change. Throws URIError for bytes that are no UTF-8.
 */
const decoded = (parameter: string): string => decodeURIComponent(parameter);

/** All path parameters, decoded once; undefined where one cannot be. */
function paramsOf({ pathParameters }: APIGatewayProxyEvent): Record<string, string> | undefined {
  const sent = Object.entries(pathParameters ?? {});
  try {
    return Object.fromEntries(sent.map(([name, value]) => [name, decoded(value ?? "")]));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/**
 * A caller's own request id is adopted, `req-` put before it where missing (docs/reference/image-api.md, "Request
 * pipeline").
 */
const requestIdOf = (own: string | undefined): string => {
  if (own === undefined || !/^[\w.-]+$/.test(own)) return `req-${randomUUID()}`;
  return own.startsWith("req-") ? own : `req-${own}`;
};

/** API Gateway's REST proxy event 1.0 as an ApiRequest; `publicEndpoint` is the setting of that name. */
export function requestOf(
  event: APIGatewayProxyEvent,
  publicEndpoint: string,
  routes: readonly Route[],
): ApiRequest {
  const headers = new Map(
    Object.entries(event.multiValueHeaders ?? {}).map(([name, values]) => [
      name.toLowerCase(),
      (values ?? []).join(", "),
    ]),
  );
  const query = new URLSearchParams(
    Object.entries(event.multiValueQueryStringParameters ?? {}).flatMap(([name, values]) =>
      (values ?? []).map((value): [string, string] => [name, value]),
    ),
  );
  const params = paramsOf(event);
  const { prefix, path } = mountOf(event);
  return {
    method: event.httpMethod,
    path,
    route: routeOf(routes, event.httpMethod, event.resource),
    resource: event.resource,
    params: params ?? {},
    ...(params === undefined && { unreadablePath: true }),
    query,
    headers,
    body: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
    requestId: requestIdOf(headers.get("x-openstack-request-id")),
    publicUrl: publicUrlOf(event, headers, prefix, publicEndpoint),
    sourceIp: event.requestContext.identity?.sourceIp ?? "",
    caller: undefined,
  };
}

/**
 * Every answer names a type: API Gateway calls an unnamed one application/json, and glance then fails to parse
 * the empty body of a 204. Glance itself says text/html there (docs/reference/image-api.md, "Request pipeline").
 */
function contentOf({ body }: ApiResponse): { type: string; text: string } {
  if (body === undefined || typeof body === "string")
    return { type: "text/html; charset=UTF-8", text: body ?? "" };
  return { type: "application/json", text: JSON.stringify(body) };
}

/** The proxy integration's answer; bodies are plain text, so nothing is base64. `extra` goes on every answer. */
export function resultOf(
  response: ApiResponse,
  requestId: string,
  extra: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult {
  const { type, text } = contentOf(response);
  return {
    statusCode: response.status,
    headers: { "Content-Type": type, ...response.headers, ...extra, "x-openstack-request-id": requestId },
    body: text,
    isBase64Encoded: false,
  };
}

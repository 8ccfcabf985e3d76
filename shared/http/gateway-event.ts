import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { imageRoutes, type Route } from "../api/routes.ts";
import type { ApiRequest, ApiResponse } from "./api-request.ts";

/** Routes by `METHOD path`, made at the first request. */
const indexes = new WeakMap<readonly Route[], Map<string, Route>>();
const routeOf = (routes: readonly Route[], method: string, resource: string): Route | undefined => {
  const index =
    indexes.get(routes) ?? new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  indexes.set(routes, index);
  return index.get(`${method} ${resource}`);
};

/** The stage's prefix: `requestContext.path` has it, `path` has not (API Gateway, proxy event 1.0). */
function stagePrefix(event: APIGatewayProxyEvent): string {
  const full = event.requestContext.path ?? event.path;
  return full.endsWith(event.path) ? full.slice(0, full.length - event.path.length) : "";
}

function publicUrlOf(
  event: APIGatewayProxyEvent,
  headers: ReadonlyMap<string, string>,
  configured: string,
): string {
  if (configured !== "") return configured;
  const host = event.requestContext.domainName ?? headers.get("host") ?? "localhost";
  return `${headers.get("x-forwarded-proto") ?? "https"}://${host}${stagePrefix(event)}`;
}

/** A caller's own request id is adopted, `req-` put before it where missing (API sheet, "Request pipeline"). */
const requestIdOf = (own: string | undefined): string => {
  if (own === undefined || !/^[\w.-]+$/.test(own)) return `req-${randomUUID()}`;
  return own.startsWith("req-") ? own : `req-${own}`;
};

/** API Gateway's REST proxy event 1.0 as an ApiRequest; `publicEndpoint` is the setting of that name. */
export function requestOf(
  event: APIGatewayProxyEvent,
  publicEndpoint: string,
  routes: readonly Route[] = imageRoutes,
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
  const params = Object.fromEntries(
    Object.entries(event.pathParameters ?? {}).map(([name, value]) => [name, value ?? ""]),
  );
  return {
    method: event.httpMethod,
    path: event.path,
    route: routeOf(routes, event.httpMethod, event.resource),
    resource: event.resource,
    params,
    query,
    headers,
    body: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
    requestId: requestIdOf(headers.get("x-openstack-request-id")),
    publicUrl: publicUrlOf(event, headers, publicEndpoint),
    sourceIp: event.requestContext.identity?.sourceIp ?? "",
    caller: undefined,
  };
}

/**
 * Every answer names a type: API Gateway calls an unnamed one application/json, and glance then fails to parse
 * the empty body of a 204. Glance itself says text/html there (API sheet, "Request pipeline").
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

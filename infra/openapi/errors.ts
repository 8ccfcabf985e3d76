import type { Route } from "../../shared/http/route.ts";
import { type Content, type ErrorStatus, json, objectOf, type Schema, schemaRef } from "./description.ts";

type Status = ErrorStatus | 431 | 500 | 504;

/** What a refusal means where the operation does not say it in its own words. */
const meanings: Readonly<Record<Status, string>> = {
  400: "The request is wrong: the message says how to mend it",
  401: "There is no token, or it is not valid any more",
  403: "The caller may not do this, or the token is scoped to no project",
  404: "There is no such resource, or the caller may not see it",
  408: "The request did not arrive in time",
  409: "The state of the resource does not allow it, or others changed it at the same time",
  410: "It is gone for good",
  413: "It is more than a quota, a limit or the service itself takes",
  415: "The media type is not one of those that the operation takes",
  429: "Too many requests: try again in a few seconds",
  431: "x-openstack-request-id has more than 64 characters",
  500: "The server failed on this request; its log has more under the request id",
  503: "Another service that knows of tokens or limits does not answer: try again",
  504: "The server took too long to answer; what was asked for may still be done",
};
const statuses = Object.keys(meanings).map(Number) as Status[];

/** Statuses that API Gateway answers by itself, in its own form (infra/constructs/gateway-responses.ts). */
export const gatewayStatuses: readonly number[] = [400, 403, 404, 413, 415, 429, 500, 504];

/** The bodies of errors, for components.schemas. */
export const errorSchemas = {
  ImageError: {
    description: "An error of the Image API, for those whose Accept names application/json",
    ...objectOf({
      message: {
        type: "string",
        description: "What is wrong and what to do, with HTML's line breaks after it",
      },
      code: { type: "string", pattern: "^[1-5]\\d\\d ", description: "Status and title" },
      title: { type: "string" },
    }),
  },
  IdentityError: {
    description: "An error of the Identity API, and any that API Gateway answers by itself",
    ...objectOf({
      error: objectOf({ code: { type: "integer" }, message: { type: "string" }, title: { type: "string" } }),
    }),
  },
} as const satisfies Record<string, Schema>;

const notFound = "No image found with ID 71c675ab-d94f-49cd-a114-e12490b328d9";
const imageExample = {
  message: `${notFound}<br /><br />\n\n\n`,
  code: "404 Not Found",
  title: "Not Found",
};
const identityExample = { error: { code: 404, message: "Could not find user: joe.", title: "Not Found" } };
const page = `<html>
 <head>
  <title>404 Not Found</title>
 </head>
 <body>
  <h1>404 Not Found</h1>
  ${notFound}<br /><br />


 </body>
</html>`;

const imageContent = (status: Status): Content => ({
  "text/html": { schema: { type: "string" }, ...(status === 404 && { example: page }) },
  ...json(
    gatewayStatuses.includes(status)
      ? { anyOf: [schemaRef("ImageError"), schemaRef("IdentityError")] }
      : schemaRef("ImageError"),
    status === 404 ? imageExample : undefined,
  ),
});

const identityContent = (status: Status): Content =>
  json(schemaRef("IdentityError"), status === 404 ? identityExample : undefined);

const ownHeaders: Partial<Record<Status, Readonly<Record<string, unknown>>>> = {
  401: {
    "WWW-Authenticate": {
      description:
        "Where to log in. API Gateway calls it x-amzn-Remapped-WWW-Authenticate; the ingress does not",
      schema: { type: "string" },
    },
  },
  415: {
    "Accept-Patch": { description: "Of a PATCH: the media types that it takes", schema: { type: "string" } },
  },
  429: {
    "Retry-After": {
      description: "After too many failed logins: how many seconds to wait",
      schema: { type: "string", pattern: "^\\d+$" },
    },
  },
};

type Api = "Image" | "Identity";
const apiOf = ({ function: fn }: Route): Api => (fn === "identity" ? "Identity" : "Image");
const responseName = (api: Api, status: Status): string => `${api}${status}`;

/** All error responses of both APIs, for components.responses. */
export const errorResponses = (headers: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    ([["Image", imageContent] as const, ["Identity", identityContent] as const] as const).flatMap(
      ([api, content]) =>
        statuses.map((status) => [
          responseName(api, status),
          {
            description: meanings[status],
            headers: { ...headers, ...ownHeaders[status] },
            content: content(status),
          },
        ]),
    ),
  );

/**
 * A PUT with image data is never answered 503: clients would repeat it without the data (docs/reference/clients.md,
 * "Retries").
 */
const isImageData = ({ function: fn, method }: Route): boolean => fn === "data" && method === "PUT";

/** What the pipeline before the operation refuses, whatever the operation. */
function refusedBefore(route: Route): readonly Status[] {
  const always: Status[] = [429, 431, 500, 504];
  if (route.access === "public") return always;
  if (apiOf(route) === "Identity") return [401, ...always];
  return isImageData(route) ? [401, 403, ...always] : [401, 403, 503, ...always];
}

/** The error responses of a route, by status; `own` says when the operation itself answers them. */
export function errorsOf(
  route: Route,
  own: Readonly<Partial<Record<ErrorStatus, string>>> = {},
): Record<string, unknown> {
  const named = Object.keys(own).map(Number) as Status[];
  const all = [...new Set([...named, ...refusedBefore(route)])].sort((one, other) => one - other);
  return Object.fromEntries(
    all.map((status) => {
      const words = (own as Partial<Record<Status, string>>)[status];
      const $ref = `#/components/responses/${responseName(apiOf(route), status)}`;
      return [status, { $ref, ...(words !== undefined && { description: words }) }];
    }),
  );
}

import { type Access, type Route, routes } from "../../shared/routes.ts";
import type { Settings } from "../../shared/settings.ts";
import type { AnswerDescription, Content, Description } from "./description.ts";
import { descriptions, schemasOf } from "./descriptions.ts";
import { errorResponses, errorSchemas, errorsOf } from "./errors.ts";
import { info, servers } from "./information.ts";
import { operationIds } from "./operation-ids.ts";
import { commonParameters, pathComponents } from "./parameters.ts";
import { security, securitySchemes } from "./security.ts";
import { tags } from "./tags.ts";

const requestIdHeader = { "x-openstack-request-id": { $ref: "#/components/headers/RequestId" } };

/** Empty bodies have no type. */
function answerOf({ description, headers = {}, content }: AnswerDescription, isHead: boolean) {
  const always = Object.entries(headers).map(([name, header]) => [name, { ...header, required: true }]);
  const body: Content | undefined = isHead ? undefined : content;
  return {
    description,
    headers: { ...requestIdHeader, ...Object.fromEntries(always) },
    ...(body && { content: body }),
  };
}

function responsesOf(route: Route, { answers, head, errors }: Description) {
  const isHead = route.method === "HEAD";
  const successes = Object.entries(isHead && head ? head : answers).map(([status, answer]) => [
    status,
    answerOf(answer, isHead),
  ]);
  return { ...Object.fromEntries(successes), ...errorsOf(route, errors) };
}

/** Nothing for what holds for the whole document. */
const securityOf = (access: Access, own: Description["security"]) =>
  own ?? (access === "token" ? undefined : security[access]);

function operationOf(route: Route, operationId: string, description: Description) {
  const { tag, details, parameters, body } = description;
  const needs = securityOf(route.access, description.security);
  return {
    operationId,
    summary: route.summary,
    ...(details !== undefined && { description: details }),
    tags: [tag],
    ...(parameters && { parameters }),
    ...(body && { requestBody: body }),
    responses: responsesOf(route, description),
    ...(needs && { security: needs }),
  };
}

function pathsOf() {
  const paths = new Map<string, [string, unknown][]>();
  const ids = operationIds();
  for (const route of routes) {
    const item = paths.get(route.path) ?? [["parameters", commonParameters(route.path)]];
    paths.set(route.path, item);
    const id = ids.get(route) ?? route.operation;
    item.push([route.method.toLowerCase(), operationOf(route, id, descriptions[route.operation])]);
  }
  return Object.fromEntries([...paths].map(([path, item]) => [path, Object.fromEntries(item)]));
}

/** Those error responses that some operation refers to. */
function responsesIn(paths: unknown) {
  const text = JSON.stringify(paths);
  const all = Object.entries(errorResponses(requestIdHeader));
  return Object.fromEntries(all.filter(([name]) => text.includes(`"#/components/responses/${name}"`)));
}

/**
 * The OpenAPI 3.1 document of both APIs, for people, client generators and validators: what docs/openapi.json holds.
 * Of the settings it shows the formats that images may have.
 */
export function openApiDocument(settings: Settings) {
  const paths = pathsOf();
  return {
    openapi: "3.1.1",
    info,
    servers,
    tags,
    security: security.token,
    paths,
    components: {
      securitySchemes,
      parameters: pathComponents(Object.keys(paths)),
      headers: {
        RequestId: {
          description: "Names the request in the logs",
          required: true,
          schema: { type: "string" },
        },
      },
      responses: responsesIn(paths),
      schemas: {
        ...schemasOf(settings),
        ...errorSchemas,
      },
    },
  };
}

import { ownValue } from "../../shared/own-value.ts";
import { type ApiFunction, type OperationName, routes } from "../../shared/routes.ts";
import { descriptions } from "./descriptions.ts";
import { operationIds } from "./operation-ids.ts";
import { parameterNames, versionSchema } from "./parameters.ts";

const meanings: Readonly<Record<string, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted: poll until it is done",
  204: "No content",
  300: "Multiple choices: the versions document",
  302: "Redirect to a presigned URL of the data",
  404: "There is one store only",
};

/** Parameters of a path in API Gateway's form; a greedy one (`{proxy+}`) loses its plus. */
export const pathParametersOf = (path: string) =>
  parameterNames(path).map((name) => ({
    name,
    in: "path",
    required: true,
    schema: name === "version" ? versionSchema : { type: "string" },
  }));

/** Statuses of success; an operation that never has any says how it always ends. */
function responses(operation: OperationName) {
  const { answers, head, errors = {} } = descriptions[operation];
  const successes = Object.keys({ ...answers, ...head });
  const statuses = successes.length > 0 ? successes : Object.keys(errors).slice(-1);
  return Object.fromEntries(
    statuses.map((status) => [status, { description: ownValue(meanings, status) ?? "OK" }]),
  );
}

export type PathItem = Record<string, unknown>;

export interface GatewayOpenApi {
  readonly openapi: string;
  readonly info: Readonly<Record<string, string>>;
  readonly paths: Record<string, PathItem>;
}

/**
 * The OpenAPI 3.0 document of the route table that API Gateway imports, which takes no 3.1: each operation carries
 * its function's integration and nothing of security, which the gateway would take for its own API keys, nor a default
 * response, which it has not. `document.ts` makes the one for people and programs.
 */
export function gatewayOpenApi(integrations: (fn: ApiFunction) => unknown): GatewayOpenApi {
  const paths = new Map<string, [string, unknown][]>();
  const ids = operationIds();
  for (const route of routes) {
    const parameters = pathParametersOf(route.path);
    const operation = {
      operationId: ids.get(route),
      summary: route.summary,
      tags: [route.function],
      ...(parameters.length > 0 && { parameters }),
      responses: responses(route.operation),
      "x-amazon-apigateway-integration": integrations(route.function),
    };
    paths.set(route.path, [...(paths.get(route.path) ?? []), [route.method.toLowerCase(), operation]]);
  }
  return {
    openapi: "3.0.3",
    info: { title: "Serverless Glance", version: "2.17", description: "Image API v2 and Identity API v3" },
    paths: Object.fromEntries([...paths].map(([path, item]) => [path, Object.fromEntries(item)])),
  };
}

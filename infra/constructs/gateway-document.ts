import { ownValue } from "../../shared/own-value.ts";
import type { ApiFunction } from "../../shared/routes.ts";
import { gatewayOpenApi, type PathItem, pathParametersOf } from "../openapi/gateway.ts";
import { gatewayResponses } from "./gateway-responses.ts";

/** API Gateway's default quota of resources in an API; each prefix of a path is one. */
export const RESOURCES_MAX = 300;

const ANY = "x-amazon-apigateway-any-method";

/** `/a/b/c` -> `/`, `/a`, `/a/b`, `/a/b/c`: the resources that API Gateway makes of a path. */
function prefixes(path: string): string[] {
  const segments = path.split("/").filter((segment) => segment !== "");
  return ["/", ...segments.map((_, index) => `/${segments.slice(0, index + 1).join("/")}`)];
}

const child = (path: string, segment: string): string =>
  path === "/" ? `/${segment}` : `${path}/${segment}`;

/**
 * A catch-all below every resource, so that our own functions answer unknown paths (Glance's 404, or 401 before
 * it), however the gateway chooses among several matches. API Gateway allows one variable child a resource, so
 * `{proxy+}` beside `{version}` or `{image_id}` would be refused ("A sibling … already has a variable path part");
 * there the variable itself catches one segment, and its own catch-all the deeper ones.
 */
function withCatchAlls(paths: readonly string[]): string[] {
  const resources = new Set(paths.flatMap(prefixes));
  const variableParents = new Set(
    [...resources].filter((path) => path.endsWith("}")).map((path) => prefixes(path).at(-2) ?? "/"),
  );
  const greedy = [...resources]
    .filter((path) => !variableParents.has(path))
    .map((path) => child(path, "{proxy+}"));
  return [...resources, ...greedy];
}

const isIdentity = (path: string): boolean => path === "/v3" || path.startsWith("/v3/");

/**
 * The OpenAPI document that API Gateway imports. Any method that has no route reaches a function, too, which
 * answers 405 with Allow in its own API's form: identity below /v3, discovery elsewhere.
 */
export function gatewayDocument(
  title: string,
  integration: (fn: ApiFunction) => unknown,
  allowedOrigins: readonly string[] = [],
) {
  const document = gatewayOpenApi(integration);
  const items = withCatchAlls(Object.keys(document.paths)).map((path): [string, PathItem] => {
    const parameters = pathParametersOf(path);
    const any = {
      ...(parameters.length > 0 && { parameters }),
      responses: {},
      "x-amazon-apigateway-integration": integration(isIdentity(path) ? "identity" : "discovery"),
    };
    return [path, { ...ownValue(document.paths, path), [ANY]: any }];
  });
  const paths = Object.fromEntries(items);
  if (Object.keys(paths).length > RESOURCES_MAX) {
    throw new Error(`${Object.keys(paths).length} resources: API Gateway allows ${RESOURCES_MAX} an API`);
  }
  return {
    ...document,
    info: { ...document.info, title },
    paths,
    // Image data must arrive as it was sent, whatever its Content-Type.
    "x-amazon-apigateway-binary-media-types": ["*/*"],
    "x-amazon-apigateway-gateway-responses": gatewayResponses(allowedOrigins),
  };
}

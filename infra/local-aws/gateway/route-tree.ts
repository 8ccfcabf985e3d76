import type { RouteDefinition } from "../template/rest-api.ts";

export interface Match {
  readonly route: RouteDefinition;
  /** As sent, percent-encoded; null when the path has none, as in the event. */
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

interface Resource {
  readonly literals: Map<string, Resource>;
  parameter?: { readonly name: string; readonly below: Resource };
  greedy?: { readonly name: string; readonly below: Resource };
  readonly methods: Map<string, RouteDefinition>;
}

const resource = (): Resource => ({ literals: new Map(), methods: new Map() });

/**
 * Makes the matcher of a REST API. At each level a literal segment goes before a parameter, and that before a greedy
 * `{name+}`; what counts is a resource that has the method, or any-method. A more specific resource without it is passed
 * over (measured on AWS: ministack PR 1423, floci PR 3399). Without any such resource API Gateway answers
 * MISSING_AUTHENTICATION_TOKEN. A trailing slash does not count (floci issue 1557).
 *
 * Parameters stay as they were sent: a REST API does not decode them (serverless issue 5037, localstack PR 7728, and
 * aws-lambda-dotnet's LambdaTestTool-v2, which AWS compared with its own REST APIs).
 */
export function createRouteTree(
  routes: readonly RouteDefinition[],
): (method: string, path: string) => Match | undefined {
  const root = resource();
  for (const route of routes) grow(root, route);
  return (method, path) => {
    const found = find(root, segmentsOf(path), method, []);
    if (!found) return undefined;
    const { route, values } = found;
    return { route, pathParameters: values.length > 0 ? Object.fromEntries(values) : null };
  };
}

const segmentsOf = (path: string): readonly string[] => path.replace(/^\//, "").replace(/\/$/, "").split("/");

function grow(root: Resource, route: RouteDefinition): void {
  let at = root;
  for (const segment of segmentsOf(route.path)) at = child(at, segment, route.path);
  at.methods.set(route.method, route);
}

function child(at: Resource, segment: string, path: string): Resource {
  const [, name, plus] = /^\{([^+}]+)(\+?)\}$/.exec(segment) ?? [];
  if (name === undefined) {
    const next = at.literals.get(segment) ?? resource();
    at.literals.set(segment, next);
    return next;
  }
  const kind = plus ? "greedy" : "parameter";
  const known = at[kind];
  // API Gateway refuses such an API when it is imported.
  if (known && known.name !== name) throw new Error(`${path}: a sibling calls its parameter {${known.name}}`);
  const made = known ?? { name, below: resource() };
  at[kind] = made;
  return made.below;
}

type Values = readonly (readonly [name: string, value: string])[];
interface Found {
  readonly route: RouteDefinition;
  readonly values: Values;
}

function find(at: Resource, segments: readonly string[], method: string, values: Values): Found | undefined {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    const route = at.methods.get(method) ?? at.methods.get("ANY");
    return route && { route, values };
  }
  const literal = at.literals.get(segment);
  const { parameter, greedy } = at;
  return (
    (literal && find(literal, rest, method, values)) ??
    (parameter && segment !== ""
      ? find(parameter.below, rest, method, [...values, [parameter.name, segment]])
      : undefined) ??
    (greedy && segments.join("/") !== ""
      ? find(greedy.below, [], method, [...values, [greedy.name, segments.join("/")]])
      : undefined)
  );
}

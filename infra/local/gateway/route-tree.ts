import type { RouteDefinition } from "../template/rest-api.ts";

export interface Match {
  readonly route: RouteDefinition;
  /** Percent-decoded; null when the path has none, as in the event. */
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
 * Makes the matcher of a REST API: a literal segment before a parameter before a greedy `{name+}`, at each level,
 * and the method before any-method. A resource that matches without such a method is no match (API Gateway then
 * answers MISSING_AUTHENTICATION_TOKEN). A trailing slash does not count. Throws URIError for a broken `%`.
 */
export function createRouteTree(
  routes: readonly RouteDefinition[],
): (method: string, path: string) => Match | undefined {
  const root = resource();
  for (const route of routes) grow(root, route);
  return (method, path) => {
    const segments = segmentsOf(path);
    const found = find(root, segments, []);
    const route = found?.resource.methods.get(method) ?? found?.resource.methods.get("ANY");
    if (!found || !route) return undefined;
    const parameters = found.values.map(([name, value]) => [name, decodeURIComponent(value)] as const);
    return { route, pathParameters: parameters.length > 0 ? Object.fromEntries(parameters) : null };
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
  readonly resource: Resource;
  readonly values: Values;
}

function find(at: Resource, segments: readonly string[], values: Values): Found | undefined {
  const [segment, ...rest] = segments;
  if (segment === undefined) return at.methods.size > 0 ? { resource: at, values } : undefined;
  const literal = at.literals.get(segment);
  const { parameter, greedy } = at;
  return (
    (literal && find(literal, rest, values)) ??
    (parameter && segment !== ""
      ? find(parameter.below, rest, [...values, [parameter.name, segment]])
      : undefined) ??
    (greedy && segments.join("/") !== ""
      ? find(greedy.below, [], [...values, [greedy.name, segments.join("/")]])
      : undefined)
  );
}

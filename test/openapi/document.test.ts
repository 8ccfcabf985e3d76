import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { gatewayResponses } from "../../infra/constructs/gateway-responses.ts";
import { gatewayStatuses } from "../../infra/openapi/errors.ts";
import { openApiText } from "../../infra/openapi-text.ts";
import { routes } from "../../shared/routes.ts";
import { type Answer, document, faultsOf, found, type Media, operations } from "./documented.ts";
import { documentFaults } from "./official-schemas.ts";

const root = resolve(import.meta.dirname, "../..");
const operation = (method: string, path: string) =>
  operations.find((each) => each.method === method && each.path === path);

/** All values of a key, wherever they are. */
function* valuesOf(key: string, value: unknown): Generator<unknown> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === key) yield inner;
    yield* valuesOf(key, inner);
  }
}

it("docs/openapi.json is what `npm run openapi` writes", () => {
  const file = readFileSync(resolve(root, "docs/openapi.json"), "utf8");
  expect(file === openApiText(), "docs/openapi.json is old: run npm run openapi").toBe(true);
});

describe("by the official schemas", () => {
  it("the document is OpenAPI 3.1, and each schema in it JSON Schema 2020-12", () => {
    expect(documentFaults(document)).toEqual([]);
  });

  const { info, ...withoutInfo } = document;
  const { paths, components, ...others } = document;
  it.each<[string, unknown]>([
    ["a version that is none", { ...document, openapi: "3.0.3" }],
    ["no information", withoutInfo],
    ["an unknown member", { ...others, paths, components, extra: 1 }],
    [
      "an operation without responses' descriptions",
      { ...others, paths: { "/": { get: { responses: { 200: {} } } } } },
    ],
    [
      "a parameter without a schema",
      { ...others, paths: { "/": { parameters: [{ name: "a", in: "query" }] } } },
    ],
    ["a schema of no type", { ...others, paths, components: { schemas: { A: { type: "strng" } } } }],
    [
      "a nested schema of no type",
      {
        ...others,
        paths,
        components: { schemas: { A: { properties: { a: { items: { required: "a" } } } } } },
      },
    ],
  ])("%s is a fault", (_what, wrong) => {
    expect(documentFaults(wrong)).not.toEqual([]);
  });
});

describe("the document", () => {
  it("has every route of the table and nothing else", () => {
    const listed = operations.map(({ method, path }) => `${method} ${path}`);
    expect(listed.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
  });

  it("names each operation by an id of its own, and groups it under a tag that there is", () => {
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(routes.length);
    const tags = document.tags.map(({ name }) => name);
    expect(new Set(operations.flatMap((each) => each.tags))).toEqual(new Set(tags));
  });

  it("has for each route its summary, its path's parameters and all it may be answered", () => {
    for (const route of routes) {
      const { summary, parameters = [], responses = {} } = operation(route.method, route.path) ?? {};
      expect(summary).toBe(route.summary);
      const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(parameters.filter((each) => each.in === "path").map(({ name }) => name)).toEqual(inPath);
      const names = parameters.map((each) => `${each.in} ${each.name.toLowerCase()}`);
      expect(new Set(names).size, `${route.operation}: a parameter twice`).toBe(names.length);
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(["429", "431", "500", "504"]));
      if (route.access !== "public") expect(Object.keys(responses)).toContain("401");
    }
  });

  it("never promises 503 to a PUT with image data", () => {
    for (const path of ["file", "stage"]) {
      const { responses = {} } = operation("PUT", `/{version}/images/{image_id}/${path}`) ?? {};
      expect(Object.keys(responses)).not.toContain("503");
    }
  });

  it("leads nowhere by no reference, and has no component that nothing refers to", () => {
    const refs = new Set(valuesOf("$ref", document) as Iterable<string>);
    expect([...refs].filter((ref) => found(ref) === undefined)).toEqual([]);
    const { securitySchemes = {}, ...components } = document.components;
    const named = Object.entries(components).flatMap(([kind, entries]) =>
      Object.keys(entries).map((name) => `#/components/${kind}/${name}`),
    );
    expect(named.filter((name) => !refs.has(name))).toEqual([]);
    const schemes = operations.flatMap(({ security }) => security.flatMap(Object.keys));
    expect(new Set(schemes)).toEqual(new Set(Object.keys(securitySchemes)));
  });

  it("asks for a token where the route does, for nothing on public routes", () => {
    expect(operation("GET", "/versions")?.security).toEqual([]);
    expect(operation("POST", "/{version}/images")?.security).toContainEqual({ token: [] });
    const { security } = operation("GET", "/{version}/images/{image_id}/transfers/{transfer_id}") ?? {};
    expect(security).toContainEqual({ transferToken: [] });
    for (const route of routes) {
      const { security: needs = [] } = operation(route.method, route.path) ?? {};
      const isOpen = needs.length === 0 || "providerToken" in (needs[0] ?? {});
      expect(isOpen, route.operation).toBe(route.access === "public");
    }
  });

  it("knows the statuses that the gateway answers by itself", () => {
    const answers = Object.values(gatewayResponses([])) as { readonly statusCode: string }[];
    const statuses = new Set(answers.map(({ statusCode }) => Number(statusCode)));
    expect([...statuses].toSorted((one, other) => one - other)).toEqual(gatewayStatuses);
  });
});

describe("examples", () => {
  const media = (where: string, content: Readonly<Record<string, Media>> = {}) =>
    Object.entries(content).map(([type, each]): [string, Media] => [`${where} ${type}`, each]);
  const all = operations.flatMap(({ operationId, requestBody, responses }) => [
    ...media(`${operationId} request`, requestBody?.content),
    ...Object.entries(responses).flatMap(([status, answer]: [string, Answer]) =>
      media(`${operationId} ${status}`, answer.content),
    ),
  ]);
  const withExample = all.filter(([, { example }]) => example !== undefined);

  it("are there for each JSON body that is no error, and are what their schemas say", () => {
    const without = all.filter(
      ([where, { example }]) => /(request|2\d\d|300) .*json/.test(where) && example === undefined,
    );
    expect(without.map(([where]) => where)).toEqual([]);
    const wrong = withExample.flatMap(([where, { schema, example }]) =>
      faultsOf(example, schema).map((fault) => `${where}: ${fault}`),
    );
    expect(wrong).toEqual([]);
    expect(withExample.length).toBeGreaterThan(70);
  });

  it("of parameters are what their schemas say", () => {
    const parameters = operations.flatMap((each) => each.parameters);
    const shown = parameters.filter(({ example }) => example !== undefined);
    expect(shown.flatMap(({ example, schema }) => faultsOf(example, schema))).toEqual([]);
    expect(shown.length).toBeGreaterThan(4);
  });
});

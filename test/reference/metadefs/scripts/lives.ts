import fc from "fast-check";
import type { Script } from "../../differential/script.ts";
import { Catalogue } from "../catalogue.ts";

/** The same in every run: what fails can be looked at again. */
const seed = 20_261_130;
const sample = <Value>(values: fc.Arbitrary<Value>, count: number): Value[] =>
  fc.sample(values, { seed, numRuns: count });

const caller = fc.constantFrom("admin", "admin", "admin", "admin", "admin", "demo", "demo-reader", "alt");
const namespace = fc.constantFrom("m", "n");
const entry = fc.constantFrom("a", "b", "c", "B");
const owner = fc.constantFrom("demo" as const, "alt" as const, undefined);
const visibility = fc.constantFrom("public", "private", undefined);
const property = fc.record({
  type: fc.constantFrom("string", "integer", "array"),
  title: fc.constantFrom("T", "U"),
});
/** No name twice: of a namespace that it refuses half-way Glance may leave a part (conflicts.ts). */
const some = <Value extends { readonly name: string }>(values: fc.Arbitrary<Value>) =>
  fc.uniqueArray(values, { maxLength: 3, selector: ({ name }) => name });

const base = fc.record({
  namespace,
  owner,
  visibility,
  protected: fc.constantFrom(true, false, false, undefined),
  description: fc.constantFrom("first", "second", undefined),
});
const object = fc.record(
  { name: entry, description: fc.constantFrom("x", "y"), required: fc.uniqueArray(entry, { maxLength: 2 }) },
  { requiredKeys: ["name"] },
);
const tags = fc.record({ tags: some(fc.record({ name: entry })) });
const content = fc.record(
  {
    objects: some(object),
    properties: fc.dictionary(entry, property, { maxKeys: 3 }),
    tags: some(fc.record({ name: entry })),
    resource_type_associations: some(
      fc.record({ name: fc.constantFrom("kind", "sort"), prefix: fc.constantFrom("k_", "s:") }),
    ),
  },
  { requiredKeys: [] },
);

interface Step {
  readonly method: string;
  /** Behind the namespace's own path; undefined: the list. */
  readonly rest?: string;
  readonly json?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}
const of = (method: string, rest: string, json?: object): Step => ({
  method,
  rest,
  ...(json && { json: json as Record<string, unknown> }),
});
const nothing = fc.constant({});
const withName = (body: fc.Arbitrary<object>) =>
  fc.tuple(entry, body).map(([name, more]) => ({ name, ...more }));

const each = (collection: string, body: fc.Arbitrary<object>): fc.Arbitrary<Step>[] => [
  entry.map((name) => of("GET", `/${collection}/${name}`)),
  fc.constant(of("GET", `/${collection}`)),
  body.map((json) => of("POST", `/${collection}`, json)),
  body.map((json) => of("POST", `/${collection}`, json)),
  fc.tuple(entry, body).map(([name, json]) => of("PUT", `/${collection}/${name}`, json)),
  entry.map((name) => of("DELETE", `/${collection}/${name}`)),
  fc.constant(of("DELETE", `/${collection}`)),
];
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(base, content).map(([own, more]) => ({ method: "POST", json: { ...own, ...more } })),
  },
  { weight: 2, arbitrary: base.map((json) => of("PUT", "", json)) },
  { weight: 3, arbitrary: fc.constantFrom("", "?resource_type=kind").map((query) => of("GET", query)) },
  { weight: 1, arbitrary: fc.constant(of("DELETE", "")) },
  { weight: 1, arbitrary: fc.constant({ method: "GET" }) },
  ...[
    ...each("objects", object),
    ...each("properties", withName(property)),
    ...each("tags", withName(nothing)).filter((_, at) => at !== 2 && at !== 3),
    entry.map((name) => of("POST", `/tags/${name}`)),
    tags.map((json) => of("POST", "/tags", json)),
    tags.map((json) => ({ ...of("POST", "/tags", json), headers: { "X-OpenStack-Append": "true" } })),
    fc.record({ name: fc.constantFrom("kind", "sort") }).map((json) => of("POST", "/resource_types", json)),
    fc.constantFrom("kind", "sort").map((name) => of("DELETE", `/resource_types/${name}`)),
  ].map((arbitrary) => ({ weight: 1, arbitrary })),
);
const life = fc.array(fc.tuple(caller, namespace, step), { minLength: 25, maxLength: 45 });

export const lives: readonly Script[] = sample(life, 6).map(
  (steps, number): Script => ({
    name: `life ${number + 1} of two namespaces`,
    run: async (session) => {
      const { projects } = session;
      const catalogue = new Catalogue(session);
      await catalogue.create("n", { visibility: "public" });
      for (const [caller, name, { method, rest, json, headers = {} }] of steps) {
        if (method === "GET" && rest === undefined) {
          await catalogue.listOwn(caller);
          continue;
        }
        const path = rest === undefined ? "/v2/metadefs/namespaces" : catalogue.path(name, rest);
        const { namespace, owner, ...others } = json ?? {};
        const body = {
          ...others,
          ...(typeof namespace === "string" && { namespace: catalogue.nameOf(namespace) }),
          ...(owner !== undefined && { owner: projects[owner as "demo" | "alt"] }),
        };
        await session.ask(caller, `${method} ${path}`, json === undefined ? {} : { json: body, headers });
      }
      for (const name of ["m", "n"]) await catalogue.of("GET", name);
    },
  }),
);

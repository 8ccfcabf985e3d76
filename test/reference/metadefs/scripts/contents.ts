import type { Script } from "../../differential/script.ts";
import { Catalogue, encoded } from "../catalogue.ts";

const property = { type: "string", title: "T" };
const pages = [
  "",
  "limit=1",
  "limit=2",
  "limit=0",
  "limit=-1",
  "limit=x",
  "limit=",
  "limit=1.5",
  "limit=%201",
  "limit=100000",
  "limit=1&limit=3",
  "marker=b",
  "marker=absent",
  "marker=",
  "marker=b&limit=1",
  "sort_key=name",
  "sort_key=name&sort_dir=asc",
  "sort_key=name&sort_dir=desc&limit=2",
  "sort_key=name&sort_dir=asc&marker=b",
  "sort_key=created_at&sort_dir=asc",
  "sort_key=updated_at&sort_dir=asc",
  "sort_key=id",
  "sort_key=nothing",
  "sort_key=",
  "sort_dir=asc",
  "sort_dir=up",
  "sort_dir=",
  "visibility=public",
  "visibility=private",
  "visibility=shared",
  "visibility=x",
  "visibility=",
  "name=b",
  "unknown=1",
  "unknown",
  "%FF",
  "resource_type=kind",
];
/** Of the lists that have no pages. */
const pagesOfNone = ["limit=1", "limit=x", "marker=b", "sort_dir=up", "visibility=x", "unknown", "%FF"];
const byType = [
  "resource_type=kind",
  "resource_type=bare",
  "resource_type=empty",
  "resource_type=foreign",
  "resource_type=absent",
  "resource_type=",
  "resource_type=KIND",
  "resource_type=kind&resource_type=bare",
  "resource_type=kind&visibility=public",
  "resource_type=kind&visibility=x",
  "visibility=x",
  "visibility=public",
  "unknown=1",
  "unknown=1&resource_type=kind",
  "resource_types=kind",
  "limit=1",
];

const appends = [undefined, "true", "false", "1", "TRUE", "yes", "on", "t", "y", "no", "", "x"];

/** Entries in an order of their own, and types with prefixes. */
async function furnished(catalogue: Catalogue): Promise<void> {
  await catalogue.create("n", {
    visibility: "public",
    objects: ["c", "a", "b", "B"].map((name) => ({
      name,
      required: ["inner", "outer"],
      properties: { inner: property, outer: { ...property, type: "integer", minimum: 1 } },
    })),
    properties: { c: property, a: property, b: property, kind_b: property },
    tags: ["c", "a", "b", "B"].map((name) => ({ name })),
    resource_type_associations: [
      { name: "kind", prefix: "kind_", properties_target: "image" },
      { name: "bare" },
      { name: "empty", prefix: "" },
    ],
  });
  await catalogue.create("other", { resource_type_associations: [{ name: "foreign", prefix: "f_" }] });
}

export const contents: readonly Script[] = [
  {
    name: "pages of contents",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      await furnished(catalogue);
      for (const collection of ["objects", "tags", "properties", "resource_types"]) {
        const queries = ["objects", "tags"].includes(collection) ? pages : pagesOfNone;
        for (const query of queries) await catalogue.of("GET", "n", `/${collection}?${query}`);
        await session.ask("demo", `GET ${catalogue.path("n", `/${collection}?limit=x`)}`);
        await session.ask("bystander", `GET ${catalogue.path("n", `/${collection}?limit=x`)}`);
      }
      for (const query of ["limit=1", "unknown=1", "visibility=x"]) {
        await session.silently(() => session.ask("admin", `GET /v2/metadefs/resource_types?${query}`));
        for (const entry of ["objects/a", "properties/a", "tags/a"]) {
          await catalogue.of("GET", "n", `/${entry}?${query}`);
        }
        await catalogue.of("DELETE", "n", `/objects/a?${query}`);
        await catalogue.of("POST", "n", `/tags/a?${query}`);
      }
    },
  },
  {
    name: "contents by resource type",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      await furnished(catalogue);
      await catalogue.of("GET", "n");
      for (const query of byType) {
        await catalogue.of("GET", "n", `?${query}`);
        for (const name of ["b", "kind_b", "kind_kind_b", "kind_", "kind_absent"]) {
          await catalogue.of("GET", "n", `/properties/${name}?${query}`);
        }
      }
      await catalogue.of("GET", "n", "/objects/a?resource_type=kind");
      await session.ask("demo", `GET ${catalogue.path("n", "?resource_type=kind")}`);
      await catalogue.of("GET", "other", "?resource_type=foreign");
      await catalogue.of("PUT", "n", "?resource_type=kind", { namespace: catalogue.nameOf("n") });
      await catalogue.of("DELETE", "n", "/resource_types/kind");
      await catalogue.of("GET", "n", "?resource_type=kind");
      await catalogue.of("GET", "n", "/properties/kind_b?resource_type=kind");
    },
  },
  {
    name: "order of contents",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      await furnished(catalogue);
      await catalogue.of("POST", "n", "/objects", { name: "aa" });
      await catalogue.of("PUT", "n", "/objects/c", { name: "z" });
      await catalogue.of("POST", "n", "/properties", { name: "aa", ...property });
      await catalogue.of("POST", "n", "/tags/aa");
      await catalogue.of("PUT", "n", "/tags/c", { name: "z" });
      await catalogue.of("POST", "n", "/resource_types", { name: "aa" });
      for (const collection of ["objects", "properties", "tags", "resource_types"]) {
        await catalogue.of("GET", "n", `/${collection}`);
      }
      await catalogue.of("GET", "n");
      await catalogue.of("DELETE", "n", "/objects/a");
      await catalogue.of("POST", "n", "/objects", { name: "a" });
      await catalogue.of("GET", "n", "/objects");
    },
  },
  {
    name: "lists of tags",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      await catalogue.create("n", { tags: [{ name: "old" }] });
      const post = (json: unknown, headers: Record<string, string> = {}) =>
        session.ask("admin", `POST ${catalogue.path("n", "/tags")}`, { json, headers });
      const tags = (...names: readonly unknown[]) => ({ tags: names.map((name) => ({ name })) });
      const two = tags("a", "b");
      const odd: readonly unknown[] = [
        null,
        true,
        5,
        "text",
        {},
        [null],
        ["a"],
        [[]],
        [{}],
        [{ name: null }],
        [{ name: "a", unknown: 1 }],
        [{ name: "a", created_at: "x" }],
      ];
      for (const value of odd) {
        await post({ tags: value });
      }
      for (const body of [{}, { tag: [] }, { tags: [], unknown: 1 }, { ...tags("a"), created_at: "x" }]) {
        await post(body);
      }
      for (const body of [tags(), two, tags("a", "a"), tags("A", "a")]) {
        for (const append of body === two ? appends : [undefined, "true"]) {
          await session.silently(() => post(tags("old", "b")));
          await post(body, append === undefined ? {} : { "X-Openstack-Append": append });
          await catalogue.of("GET", "n", "/tags");
        }
      }
      await post(tags(...Array.from({ length: 300 }, (_, at) => `tag ${at}`)));
      await catalogue.of("GET", "n", "/tags?limit=30&sort_key=name&sort_dir=asc");
      await catalogue.of("GET", "n", "/tags");
      await post(tags("tag 1", "new"), { "X-Openstack-Append": "true" });
      await catalogue.of("GET", "n", "/tags?limit=3");
      for (const json of [{ name: "tag 5" }, {}, { name: "x".repeat(81) }, { name: 5 }, { name: null }]) {
        await catalogue.of("PUT", "n", "/tags/tag%202", json);
      }
      for (const key of ["created_at", "updated_at", "self", "schema", "unknown", "__proto__"]) {
        const body = JSON.stringify({ name: "tag 6" }).replace("}", `,"${key}":"x"}`);
        const line = `PUT ${catalogue.path("n", "/tags/tag%206")}`;
        await session.ask("admin", line, { body, type: "application/json" });
        await session.ask("admin", line.replace("PUT", "POST").replace("/tag%206", ""), {
          body: body.replace('"name":"tag 6"', '"tags":[]'),
          type: "application/json",
        });
      }
      await catalogue.of("DELETE", "n", "/tags");
      await catalogue.of("GET", "n", "/tags");
      await catalogue.of("DELETE", "n", "/tags");
    },
  },
  {
    name: "resource types",
    run: async (session) => {
      const { ask, nonce } = session;
      const catalogue = new Catalogue(session);
      const own = async (caller: "admin" | "demo" | "bystander") => {
        const { status, json } = await ask(caller, "GET /v2/metadefs/resource_types");
        const exchange = session.exchanges.pop();
        if (!exchange) return;
        const isOwn = ({ name }: { name: string }) => name.startsWith(nonce);
        const resource_types = status === 200 ? json.resource_types.filter(isOwn) : [];
        const body = Buffer.from(JSON.stringify({ ...json, resource_types }));
        session.exchanges.push({ ...exchange, answer: { ...exchange.answer, body } });
      };
      const type = (name: string) => ({ name: `${nonce}-${name}` });
      await catalogue.create("n", { resource_type_associations: [type("b"), type("a")] });
      await own("admin");
      await catalogue.of("POST", "n", "/resource_types", { ...type("c"), prefix: "c_" });
      await catalogue.of("POST", "n", "/resource_types", { ...type("c"), prefix: "other" });
      await own("admin");
      await own("demo");
      await own("bystander");
      await catalogue.of("DELETE", "n", `/resource_types/${encoded(type("c").name)}`);
      await catalogue.of("GET", "n", "/resource_types");
      await own("admin");
      await catalogue.create("m", { resource_type_associations: [{ ...type("a"), prefix: "m" }] });
      await catalogue.of("GET", "m", "/resource_types");
      await catalogue.of("DELETE", "m", `/resource_types/${encoded(type("b").name)}`);
      await catalogue.of("DELETE", "n");
      await own("admin");
      await catalogue.of("GET", "m", "/resource_types");
      await catalogue.of("GET", "m", "/resource_types/absent");
      await catalogue.of("PUT", "m", `/resource_types/${encoded(type("a").name)}`, type("a"));
    },
  },
];

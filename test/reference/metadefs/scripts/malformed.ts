import type { Script } from "../../differential/script.ts";
import { Catalogue } from "../catalogue.ts";

const property = { type: "string", title: "T" };

/** The routes that take a body, with one that they accept. */
const routes = [
  { method: "POST", rest: "/objects", json: { name: "new" } },
  { method: "PUT", rest: "/objects/o", json: { name: "o" } },
  { method: "POST", rest: "/properties", json: { name: "new", ...property } },
  { method: "PUT", rest: "/properties/p", json: { name: "p", ...property } },
  { method: "POST", rest: "/tags", json: { tags: [{ name: "t" }] } },
  { method: "PUT", rest: "/tags/t", json: { name: "t" } },
  { method: "POST", rest: "/resource_types", json: { name: "new" } },
  { method: "PUT", rest: "", json: {} },
  { method: "POST", rest: undefined, json: {} },
] as const;

/** The first ones at every route, all at one. */
const malformed = [
  "",
  " ",
  "{",
  "[]",
  "[{}]",
  '"name"',
  "null",
  '{"name": "x"}{}',
  '""',
  "true",
  "5",
  "no JSON",
  "{'name': 'x'}",
  '{"name": "x"',
  '{"name": NaN}',
  '{"name": "a", "name": "b"}',
  `${"[".repeat(60)}${"]".repeat(60)}`,
  `{"name": ${"[".repeat(60)}${"]".repeat(60)}}`,
];
const types = [
  null,
  "",
  "text/plain",
  "application/octet-stream",
  "application/json; charset=utf-8",
  "APPLICATION/JSON",
  "application/xml",
  "application/openstack-images-v2.1-json-patch",
  "nonsense",
];

/** The routes that take none. */
const bodyless = [
  ["GET", ""],
  ["DELETE", "/objects/o"],
  ["GET", "/objects"],
  ["GET", "/objects/o"],
  ["GET", "/properties"],
  ["GET", "/properties/p"],
  ["DELETE", "/properties/p"],
  ["GET", "/tags"],
  ["GET", "/tags/t"],
  ["POST", "/tags/new"],
  ["DELETE", "/tags/t"],
  ["GET", "/resource_types"],
  ["DELETE", "/resource_types/kind"],
  ["DELETE", "/objects"],
  ["DELETE", "/properties"],
  ["DELETE", "/tags"],
  ["DELETE", ""],
] as const;

async function furnished(catalogue: Catalogue): Promise<void> {
  await catalogue.create("n", {
    objects: [{ name: "o" }],
    properties: { p: property },
    tags: [{ name: "t" }],
    resource_type_associations: [{ name: "kind" }],
  });
}

const lineOf = (catalogue: Catalogue, method: string, rest: string | undefined): string =>
  `${method} ${rest === undefined ? "/v2/metadefs/namespaces" : catalogue.path("n", rest)}`;

export const malformedBodies: readonly Script[] = [
  {
    name: "malformed bodies",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      await furnished(catalogue);
      for (const { method, rest } of routes) {
        const line = lineOf(catalogue, method, rest);
        await session.ask("admin", line);
        const bodies = rest === undefined ? malformed : malformed.slice(0, 8);
        for (const body of bodies) await session.ask("admin", line, { body, type: "application/json" });
        const invalid = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
        await session.ask("admin", line, { body: invalid, type: "application/json" });
        for (const caller of ["demo", "no token"] as const) {
          await session.ask(caller, line, { body: "{", type: "application/json" });
          await session.ask(caller, line);
        }
      }
      await catalogue.of("GET", "n");
    },
  },
  {
    name: "types of bodies",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      await furnished(catalogue);
      for (const { method, rest, json } of routes) {
        for (const [at, type] of types.slice(0, rest === undefined ? undefined : 4).entries()) {
          const body = { ...json, ...("name" in json && method === "POST" && { name: `new${at}` }) };
          const namespace = rest === undefined ? `new${at}` : "n";
          const whole = rest ? body : { ...body, namespace: catalogue.nameOf(namespace) };
          await session.ask("admin", lineOf(catalogue, method, rest), { body: JSON.stringify(whole), type });
        }
      }
      await catalogue.of("GET", "n");
    },
  },
  {
    name: "bodies of metadefs where none is expected",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      await furnished(catalogue);
      for (const [method, rest] of bodyless) {
        const line = lineOf(catalogue, method, rest);
        await session.ask("demo", line, { body: "{}", type: "application/json" });
        await session.ask("admin", line, { body: "text" });
        await session.ask("admin", line, { body: "{}", type: "application/json" });
        await session.ask("no token", line, { body: "{}", type: "application/json" });
      }
      await session.ask("admin", "GET /v2/metadefs/namespaces?limit=0", { body: "{}" });
      await session.ask("admin", "GET /v2/metadefs/resource_types", { body: "{}" });
      await session.ask("admin", "GET /v2/schemas/metadefs/tag", { body: "{}" });
    },
  },
];

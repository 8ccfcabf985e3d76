import type { Script } from "../../differential/script.ts";
import { Catalogue } from "../catalogue.ts";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const ofNamespace: readonly { readonly rest: string; readonly allowed: readonly string[] }[] = [
  { rest: "", allowed: ["GET", "PUT", "DELETE"] },
  { rest: "/objects", allowed: ["GET", "POST", "DELETE"] },
  { rest: "/objects/o", allowed: ["GET", "PUT", "DELETE"] },
  { rest: "/properties", allowed: ["GET", "POST", "DELETE"] },
  { rest: "/properties/p", allowed: ["GET", "PUT", "DELETE"] },
  { rest: "/tags", allowed: ["GET", "POST", "DELETE"] },
  { rest: "/tags/t", allowed: ["GET", "POST", "PUT", "DELETE"] },
  { rest: "/resource_types", allowed: ["GET", "POST"] },
  { rest: "/resource_types/kind", allowed: ["DELETE"] },
];
const schemas = [
  ...["namespace", "namespaces", "object", "objects", "property", "properties"],
  ...["tag", "tags", "resource_type", "resource_types"],
];
const ofNone: readonly { readonly path: string; readonly allowed: readonly string[] }[] = [
  { path: "/v2/metadefs/namespaces", allowed: ["GET", "POST"] },
  { path: "/v2/metadefs/resource_types", allowed: ["GET"] },
  ...schemas.map((name) => ({ path: `/v2/schemas/metadefs/${name}`, allowed: ["GET"] })),
];

const unknownRests = [
  "/",
  "/nothing",
  "/objects/",
  "/objects/o/",
  "/objects/o/p",
  "/tags/",
  "/tags/t/x",
  "/Objects",
];
const unknown = [
  "/v2/metadefs",
  "/v2/metadefs/",
  "/v2/metadefs/namespaces/",
  "/v2/metadefs/nothing",
  "/v2/metadefs/objects",
  "/v2/metadefs/resource_types/",
  "/v2/metadefs/resource_types/kind",
  "/v2/schemas/metadefs",
  "/v2/schemas/metadefs/",
  "/v2/schemas/metadefs/nothing",
  "/v2/schemas/metadefs/object/",
  "/v2/Metadefs/namespaces",
  "/v2/metadefs//namespaces",
];

export const paths: readonly Script[] = [
  {
    name: "schemas of metadefs",
    run: async ({ ask }) => {
      for (const name of schemas) {
        for (const caller of [
          "admin",
          "demo",
          "demo-reader",
          "bystander",
          "system reader",
          "no token",
        ] as const) {
          await ask(caller, `GET /v2/schemas/metadefs/${name}`);
        }
      }
      await ask("admin", "GET /v2/schemas/metadefs/object?unknown=1");
      await ask("admin", "GET /v2/schemas/metadefs/object", { accept: "text/html" });
    },
  },
  {
    name: "wrong methods of metadefs",
    run: async (session) => {
      const { ask } = session;
      const catalogue = new Catalogue(session);
      await catalogue.create("n", { visibility: "public", objects: [{ name: "o" }] });
      for (const { path, allowed } of [
        ...ofNone.slice(0, 4),
        ...ofNamespace.map(({ rest, allowed }) => ({ path: catalogue.path("n", rest), allowed })),
      ]) {
        for (const method of methods.filter((one) => !allowed.includes(one)))
          await ask("admin", `${method} ${path}`);
        await ask("no token", `PATCH ${path}`);
        await ask("admin", `PURGE ${path}`);
      }
      await ask("admin", `PATCH ${catalogue.path("absent")}`);
    },
  },
  {
    name: "unknown paths of metadefs",
    run: async (session) => {
      const { ask } = session;
      const catalogue = new Catalogue(session);
      await catalogue.create("n", { visibility: "public", objects: [{ name: "o" }] });
      for (const path of [...unknown, ...unknownRests.map((rest) => catalogue.path("n", rest))]) {
        for (const method of ["GET", "POST", "DELETE"]) await ask("admin", `${method} ${path}`);
        await ask("no token", `GET ${path}`);
      }
      for (const version of ["v2.0", "v2.1", "v2.2", "v2.15"]) {
        await ask("admin", `GET ${catalogue.path("n").replace("v2", version)}`);
      }
    },
  },
  {
    name: "errors of metadefs by Accept",
    run: async (session) => {
      const { ask } = session;
      const catalogue = new Catalogue(session);
      await catalogue.create("n", { protected: true, visibility: "public" });
      for (const accept of [null, "*/*", "text/html", "application/json", "text/plain", "application/xml"]) {
        await ask("admin", `GET ${catalogue.path("absent")}`, { accept });
        await ask("admin", `DELETE ${catalogue.path("n")}`, { accept });
        await ask("demo", `DELETE ${catalogue.path("n")}`, { accept });
        await ask("bystander", `GET ${catalogue.path("n")}`, { accept });
        await ask("no token", `GET ${catalogue.path("n")}`, { accept });
        await ask("admin", "POST /v2/metadefs/namespaces", {
          json: { namespace: catalogue.nameOf("n") },
          accept,
        });
        await ask("admin", "POST /v2/metadefs/namespaces", {
          json: { namespace: "<b>", unknown: 1 },
          accept,
        });
        await ask("admin", "GET /v2/schemas/metadefs/nothing", { accept });
      }
    },
  },
];

import type { Script } from "../../differential/script.ts";
import { Catalogue } from "../catalogue.ts";

const property = { type: "string", title: "T" };
const whole = {
  objects: [{ name: "o", properties: { inner: property } }],
  properties: { p: property },
  tags: [{ name: "t" }],
  resource_type_associations: [{ name: "kind", prefix: "k_" }],
};

export const conflicts: readonly Script[] = [
  {
    name: "names of namespaces that are taken",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      await catalogue.create("a", whole);
      await catalogue.create("a");
      await catalogue.create("a", { visibility: "public" });
      await catalogue.create("A", { display_name: "in capitals" });
      await catalogue.create("b", { visibility: "public" });
      await catalogue.update("a", { namespace: catalogue.nameOf("b") });
      await catalogue.update("b", { namespace: catalogue.nameOf("A") });
      await catalogue.update("a", { namespace: catalogue.nameOf("a"), description: "itself" });
      await catalogue.update("a", { namespace: catalogue.nameOf("c") });
      for (const name of ["a", "b", "c", "A"]) await catalogue.of("GET", name);
      await catalogue.of("GET", "a", "/objects");
      await catalogue.of("GET", "c", "/objects/o");
      await catalogue.create("a");
      await catalogue.of("GET", "a");
      await catalogue.update("c", { namespace: catalogue.nameOf("a") });
      await catalogue.of("DELETE", "a");
      await catalogue.update("c", { namespace: catalogue.nameOf("a") });
      await catalogue.of("GET", "a");
      await catalogue.of("DELETE", "a");
      await catalogue.of("DELETE", "a");
      await catalogue.update("a");
      await catalogue.listOwn("admin");
    },
  },
  {
    name: "what is left of a refused namespace",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      const twice: readonly Record<string, unknown>[] = [
        { objects: [{ name: "o" }, { name: "o" }] },
        { tags: [{ name: "t" }, { name: "t" }] },
        { resource_type_associations: [{ name: "kind" }, { name: "kind" }] },
        { ...whole, tags: [{ name: "t" }, { name: "s" }, { name: "t" }] },
      ];
      for (const content of twice) {
        await catalogue.create("n", content);
        await catalogue.of("GET", "n");
        await catalogue.create("n", whole);
        await catalogue.of("DELETE", "n");
      }
    },
  },
  {
    name: "names of contents that are taken",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      await catalogue.create("n", whole);
      await catalogue.create("m", whole);
      const kinds = [
        { collection: "objects", name: "o", body: (name: string) => ({ name }) },
        { collection: "properties", name: "p", body: (name: string) => ({ name, ...property }) },
      ];
      for (const { collection, name, body } of kinds) {
        const of = (method: string, entry: string, json?: unknown) =>
          catalogue.of(method, "n", `/${collection}${entry && `/${entry}`}`, json);
        await of("POST", "", body(name));
        await of("POST", "", body(name.toUpperCase()));
        await of("POST", "", body("b"));
        await of("PUT", "b", body(name));
        await of("PUT", name, body("b"));
        await of("PUT", name, { ...body(name), description: "the same" });
        await of("PUT", name, body("c"));
        await of("GET", name);
        await of("PUT", "absent", body("c"));
        await of("PUT", "absent", body("absent"));
        await of("POST", "", body(name));
        await of("PUT", "c", body("b"));
        await of("DELETE", "b");
        await of("DELETE", "b");
        await of("PUT", "c", body("b"));
        await of("GET", "");
        await of("DELETE", "");
        await of("GET", "");
        await of("DELETE", "");
      }
      await catalogue.of("POST", "n", "/tags/t");
      await catalogue.of("POST", "n", "/tags/T");
      await catalogue.of("POST", "n", "/tags/b");
      await catalogue.of("PUT", "n", "/tags/b", { name: "t" });
      await catalogue.of("PUT", "n", "/tags/b", { name: "b" });
      await catalogue.of("PUT", "n", "/tags/b", { name: "c" });
      await catalogue.of("GET", "n", "/tags/b");
      await catalogue.of("DELETE", "n", "/tags/c");
      await catalogue.of("DELETE", "n", "/tags/c");
      await catalogue.of("GET", "n", "/tags");
      await catalogue.of("POST", "n", "/resource_types", { name: "kind" });
      await catalogue.of("DELETE", "n", "/resource_types/kind");
      await catalogue.of("DELETE", "n", "/resource_types/kind");
      await catalogue.of("POST", "n", "/resource_types", { name: "kind", prefix: "again" });
      await catalogue.of("GET", "m");
      await catalogue.of("GET", "n");
    },
  },
  {
    name: "life of a protected namespace",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      await catalogue.create("n", { ...whole, protected: true });
      const entries = ["/objects/o", "/properties/p", "/tags/t", "/resource_types/kind"];
      const deletes = [...entries, "/objects", "/properties", "/tags", ""];
      for (const rest of deletes) await catalogue.of("DELETE", "n", rest);
      await catalogue.of("POST", "n", "/objects", { name: "o2" });
      await catalogue.of("POST", "n", "/tags", { tags: [{ name: "only" }] });
      await catalogue.of("PUT", "n", "/objects/o", { name: "renamed" });
      await catalogue.of("GET", "n");
      await catalogue.update("n", { protected: true, display_name: "still" });
      await catalogue.of("DELETE", "n");
      await catalogue.update("n");
      for (const rest of deletes) await catalogue.of("DELETE", "n", rest);
      for (const rest of entries) await catalogue.of("GET", "n", rest);
    },
  },
  {
    name: "contents of a namespace that is gone",
    run: async (session) => {
      const { ask } = session;
      const catalogue = new Catalogue(session);
      await catalogue.create("n", whole);
      await catalogue.of("DELETE", "n");
      for (const rest of ["", "/objects", "/objects/o", "/properties", "/properties/p", "/tags", "/tags/t"]) {
        for (const method of ["GET", "DELETE"]) {
          await catalogue.of(method, "n", rest);
          await ask("demo", `${method} ${catalogue.path("n", rest)}`);
        }
      }
      await catalogue.of("GET", "n", "/resource_types");
      await catalogue.of("POST", "n", "/resource_types", { name: "kind" });
      await catalogue.of("POST", "n", "/objects", { name: "o" });
      await catalogue.of("POST", "n", "/objects", {});
      await catalogue.of("POST", "n", "/properties", { name: "p", ...property });
      await catalogue.of("POST", "n", "/tags", { tags: [] });
      await catalogue.of("POST", "n", "/tags/t");
      await catalogue.of("POST", "n", `/tags/${"x".repeat(81)}`);
      await catalogue.of("PUT", "n", "/tags/t", { name: "t" });
      await catalogue.create("n");
      await catalogue.of("GET", "n");
      for (const collection of ["objects", "properties", "tags", "resource_types"]) {
        await catalogue.of("GET", "n", `/${collection}`);
      }
    },
  },
  {
    name: "owners and visibilities that change",
    run: async (session) => {
      const { ask, nonce, projects } = session;
      const catalogue = new Catalogue(session);
      await catalogue.create("n", {
        resource_type_associations: [{ name: nonce }],
        tags: [{ name: "t" }],
        owner: projects.demo,
      });
      const look = async () => {
        for (const caller of ["admin", "demo-reader", "alt", "bystander"] as const) {
          await ask(caller, `GET ${catalogue.path("n")}`);
          await ask(caller, `GET /v2/metadefs/namespaces?resource_types=${nonce}`);
        }
      };
      await look();
      await catalogue.update("n", { owner: projects.alt });
      await look();
      await catalogue.update("n", { owner: projects.alt, visibility: "public" });
      await look();
      await catalogue.update("n", { owner: "nobody" });
      await look();
      await catalogue.update("n", { owner: "" });
      await look();
      await catalogue.update("n");
      await catalogue.of("GET", "n");
    },
  },
];

import type { Script } from "../../differential/script.ts";
import { Catalogue } from "../catalogue.ts";

const property = { type: "string", title: "T" };

/** Namespaces that the filters and orders tell apart, all for a resource type of the script's own. */
async function gallery(catalogue: Catalogue): Promise<string> {
  const { nonce, projects } = catalogue.session;
  const kind = `kind-${nonce}`;
  const types = (...more: readonly Record<string, unknown>[]) => ({
    resource_type_associations: [{ name: kind, prefix: "pre_" }, ...more],
  });
  await catalogue.create("d", {
    ...types(),
    display_name: "Alpha",
    visibility: "public",
    owner: projects.demo,
  });
  await catalogue.create("b", { ...types({ name: `${kind}-2` }), display_name: "beta", protected: true });
  await catalogue.create("C", { ...types(), visibility: "public", owner: projects.alt, description: "z" });
  await catalogue.create("a", { ...types({ name: `${kind}-2`, prefix: "x" }), owner: projects.alt });
  await catalogue.create("e", { ...types(), owner: projects.demo, objects: [{ name: "o" }] });
  await catalogue.create("y", { ...types(), visibility: "public", properties: { p: property } });
  await catalogue.create("z z", {
    ...types({ name: `${kind}-3` }),
    visibility: "public",
    tags: [{ name: "t" }],
  });
  await catalogue.create("f", { visibility: "public" });
  await catalogue.update("d", { display_name: "Alpha", visibility: "public", owner: projects.demo });
  return kind;
}

const orders = ["", "sort_key=namespace", "sort_key=namespace&sort_dir=asc", "sort_dir=asc"];
const otherOrders = [
  "sort_key=namespace&sort_dir=desc",
  "sort_key=created_at&sort_dir=asc",
  "sort_key=updated_at",
  "sort_key=id",
  "sort_key=display_name",
  "sort_key=description&sort_dir=asc",
  "sort_key=visibility",
  "sort_key=protected&sort_dir=asc",
  "sort_key=owner&sort_dir=asc",
  "sort_key=nothing",
  "sort_key=",
  "sort_key=namespace,created_at",
  "sort_key=NAMESPACE",
  "sort_key=__init__",
  "sort_key=namespace&sort_key=created_at",
  "sort_dir=up",
  "sort_dir=",
  "sort_dir=ASC",
  "sort_dir=asc&sort_dir=desc",
  "sort=namespace",
  "sort=namespace:asc",
];
const filters = [
  "visibility=public",
  "visibility=private",
  "visibility=shared",
  "visibility=all",
  "visibility=",
  "visibility=PUBLIC",
  "visibility=public&visibility=private",
  "limit=0",
  "limit=1",
  "limit=3",
  "limit=8",
  "limit=-1",
  "limit=x",
  "limit=",
  "limit=1.5",
  "limit=%201",
  "limit=+1",
  "limit=99999",
  "limit=99999999999999999999",
  "limit=1&limit=2",
  "marker=no-such-namespace",
  "marker=",
  "owner=nobody",
  "protected=x",
  "unknown=1",
  "unknown",
  "%FF=1",
  "unknown=%FF",
  "__proto__=1",
];

export const lists: readonly Script[] = [
  {
    name: "filters and orders of namespaces",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      const kind = await gallery(catalogue);
      const own = (query: string) => `GET /v2/metadefs/namespaces?resource_types=${kind}&${query}`;
      for (const query of [...orders, ...otherOrders, ...filters]) await session.ask("admin", own(query));
      for (const caller of ["demo", "demo-reader", "alt", "bystander", "glance", "no token"] as const) {
        for (const query of ["", "visibility=private"]) {
          await session.ask(caller, own(query));
        }
      }
      await catalogue.listOwn("admin");
      await catalogue.listOwn("demo", "limit=500&sort_key=namespace&sort_dir=asc");
      await catalogue.listOwn("alt", "limit=500&visibility=private");
      for (const accept of [null, "text/html", "*/*"]) {
        await session.ask("admin", own("limit=2"), { accept });
      }
    },
  },
  {
    name: "namespaces by resource types",
    run: async (session) => {
      const { ask } = session;
      const catalogue = new Catalogue(session);
      const kind = await gallery(catalogue);
      for (const types of [
        `${kind}-2`,
        `${kind}-2,${kind}-3`,
        `${kind}-3,${kind}-2,${kind}`,
        `${kind}-2,${kind}-2`,
        `${kind}-2,`,
        `,${kind}-2`,
        `%20${kind}-2`,
        `${kind}-2%2C${kind}-3`,
        `${kind.toUpperCase()}`,
        `${kind}-9`,
        `${kind}-9,${kind}-3`,
      ]) {
        for (const caller of ["admin", "demo"] as const) {
          await ask(caller, `GET /v2/metadefs/namespaces?sort_key=namespace&resource_types=${types}`);
        }
      }
      await ask("admin", `GET /v2/metadefs/namespaces?resource_types=${kind}-2&resource_types=${kind}-3`);
      await catalogue.listOwn("admin", "resource_types=");
      await catalogue.listOwn("admin", "resource_types=,");
      await catalogue.listOwn("admin", `limit=500&resource_type=${kind}-2`);
      await catalogue.of("DELETE", "a", `/resource_types/${kind}-2`);
      await ask("admin", `GET /v2/metadefs/namespaces?resource_types=${kind}-2`);
      await catalogue.of("POST", "f", "/resource_types", { name: `${kind}-2` });
      await ask("admin", `GET /v2/metadefs/namespaces?resource_types=${kind}-2`);
    },
  },
  {
    name: "pages of namespaces",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      const kind = await gallery(catalogue);
      for (const order of orders) {
        for (const limit of [2, 3, 7]) {
          const query = [`resource_types=${kind}`, `limit=${limit}`, ...(order ? [order] : [])].join("&");
          await catalogue.pageThrough("admin", query);
          if (limit === 2) await catalogue.pageThrough("demo", query);
        }
      }
      await catalogue.pageThrough("demo", `resource_types=${kind}&visibility=public&limit=2`);
    },
  },
  {
    name: "markers of namespaces",
    run: async (session) => {
      const { ask } = session;
      const catalogue = new Catalogue(session);
      const kind = await gallery(catalogue);
      const behind = (name: string, more = "") =>
        `GET /v2/metadefs/namespaces?resource_types=${kind}&marker=${encodeURIComponent(catalogue.nameOf(name))}${more}`;
      for (const caller of ["admin", "demo", "bystander"] as const) {
        for (const name of ["a", "C", "z z", "f", "absent"]) {
          await ask(caller, behind(name));
          await ask(caller, behind(name, "&sort_key=namespace&sort_dir=asc"));
        }
      }
      await catalogue.of("DELETE", "e");
      await ask("admin", behind("e"));
      await ask("admin", behind("a", "&visibility=public"));
      await ask("admin", behind("b", `&marker=${catalogue.nameOf("a")}`));
      await ask("demo", behind("y", "&limit=1&visibility=public&unknown=a%20b&unknown2=%C3%A4"));
    },
  },
];

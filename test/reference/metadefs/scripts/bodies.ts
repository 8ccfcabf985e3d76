import type { Script } from "../../differential/script.ts";
import { Catalogue } from "../catalogue.ts";
import {
  type Field,
  ofAssociation,
  ofNamespace,
  ofNew,
  ofObject,
  ofProperty,
  property,
  texts,
  values,
  x,
} from "./odd-values.ts";

const names: readonly unknown[] = [...values, ...texts];

const withOne = (base: Record<string, unknown>, key: string, value: unknown): Record<string, unknown> =>
  // As JSON.parse does it: `__proto__` is a key like others.
  Object.fromEntries([...Object.entries(base).filter(([name]) => name !== key), [key, value]]);

/** Bodies that have one odd value each, on a create and on a replacement, and what has become of them in the end. */
interface Route {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly base: Record<string, unknown>;
  readonly collection: string;
  /** There is no PUT. */
  readonly isCreatedOnly?: true;
}
const routes: readonly Route[] = [
  { name: "objects", fields: ofObject, base: {}, collection: "/objects" },
  { name: "properties", fields: ofProperty, base: property, collection: "/properties" },
  {
    name: "associations",
    fields: ofAssociation,
    base: {},
    collection: "/resource_types",
    isCreatedOnly: true,
  },
];

function scriptsOf({ name, fields, base, collection, isCreatedOnly }: Route): Script[] {
  const creates: Script = {
    name: `odd values in new ${name}`,
    run: async (session) => {
      const catalogue = new Catalogue(session);
      await catalogue.create("n");
      let made = 0;
      const create = async (body: Record<string, unknown>) => catalogue.of("POST", "n", collection, body);
      for (const { key, values } of fields) {
        for (const value of values) {
          made += 1;
          await create(withOne({ ...base, name: `a${made}` }, key, value));
        }
      }
      for (const value of names) await create(withOne(base, "name", value));
      await create({});
      await create(base);
      await create({ name: "only" });
    },
  };
  const updates: Script = {
    name: `odd values in changed ${name}`,
    run: async (session) => {
      const catalogue = new Catalogue(session);
      await catalogue.create("n");
      await catalogue.of("POST", "n", collection, { name: "a", ...base });
      const update = (body: Record<string, unknown>) => catalogue.of("PUT", "n", `${collection}/a`, body);
      for (const { key, values } of fields) {
        for (const value of values.slice(0, 3)) await update(withOne({ ...base, name: "a" }, key, value));
      }
      for (const value of names) {
        await update(withOne(base, "name", value));
        await session.silently(async () => {
          await catalogue.of("DELETE", "n", collection);
          await catalogue.of("POST", "n", collection, { name: "a", ...base });
        });
      }
      await update(base);
    },
  };
  return isCreatedOnly ? [creates] : [creates, updates];
}

export const bodies: readonly Script[] = [
  {
    name: "odd values in new namespaces",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      const create = (body: unknown) => session.ask("admin", "POST /v2/metadefs/namespaces", { json: body });
      let made = 0;
      for (const { key, values } of [...ofNamespace, ...ofNew]) {
        for (const value of values) {
          made += 1;
          await create(withOne({ namespace: catalogue.nameOf(`${made}`) }, key, value));
        }
      }
    },
  },
  {
    name: "odd names of namespaces",
    run: async (session) => {
      const { ask, nonce } = session;
      const create = (namespace: unknown) =>
        ask("admin", "POST /v2/metadefs/namespaces", { json: { namespace } });
      for (const name of names.filter((one) => typeof one !== "string")) await create(name);
      for (const name of [
        ...texts.filter((text) => /^[\x20-\x7e]*$/.test(String(text))),
        x(71),
        x(72),
        x(73),
      ])
        await create(`${nonce}${name}`);
      const catalogue = new Catalogue(session);
      await catalogue.create("n");
      const rename = (namespace: unknown) =>
        ask("admin", `PUT ${catalogue.path("n")}`, { json: { namespace } });
      for (const name of names.filter((one) => typeof one !== "string" || one === "")) {
        if (name !== "") await rename(name);
      }
      for (const name of [x(72), x(73), x(81)]) await rename(`${nonce}${name}`);
    },
  },
  {
    name: "odd values in changed namespaces",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      await catalogue.create("n", { visibility: "public", owner: "someone" });
      const nested = [
        { key: "objects", values: [[], [{ name: "o" }]] },
        { key: "properties", values: [{}, { p: property }] },
        { key: "tags", values: [[], [{ name: "t" }]] },
        { key: "resource_type_associations", values: [[], [{ name: "kind" }]] },
      ];
      for (const { key, values } of [...ofNamespace, ...nested]) {
        for (const value of values.slice(0, 7)) {
          const body = withOne({ namespace: catalogue.nameOf("n") }, key, value);
          await session.ask("admin", `PUT ${catalogue.path("n")}`, { json: body });
        }
        await catalogue.of("GET", "n");
      }
      await session.ask("admin", `PUT ${catalogue.path("n")}`, { json: {} });
      await session.ask("admin", `PUT ${catalogue.path("n")}`, { json: { display_name: "no name" } });
    },
  },
  ...routes.flatMap(scriptsOf),
  {
    name: "half surrogate pairs in metadefs",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      const half = "\ud800";
      await catalogue.create("n", { display_name: half });
      await session.silently(() => catalogue.create("n", { tags: [{ name: "t" }] }));
      await catalogue.of("POST", "n", "/objects", { name: half });
      await catalogue.of("POST", "n", "/objects", { name: "o", description: half });
      await catalogue.of("POST", "n", "/properties", { ...property, name: half });
      await catalogue.of("POST", "n", "/resource_types", { name: "kind", prefix: half });
      await catalogue.of("PUT", "n", "/tags/t", { name: half });
      // The last one: Glance keeps it and then fails at every list that it is in.
      await catalogue.of("POST", "n", "/properties", { ...property, name: "p", title: half });
    },
  },
];

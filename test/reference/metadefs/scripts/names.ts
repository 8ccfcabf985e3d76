import type { Script } from "../../differential/script.ts";
import { Catalogue, encoded } from "../catalogue.ts";

const property = { type: "string", title: "T" };

/** Names that any URL can hold when it is escaped. */
const ordinary = [
  "a b",
  " a",
  "a ",
  "a%2Fb",
  "%",
  "%41",
  "a+b",
  "a?b",
  "a#b",
  "a&b=c",
  "a;b",
  "a,b",
  "a:b",
  "a\\b",
  `a"b'c`,
  "<a>",
  "{a}",
  "a..b",
  "*",
  "~",
  "@",
  "A",
  "__proto__",
  "constructor",
  "objects",
  "x".repeat(80),
];

/** Names that one of both servers refuses or does not find: no lists are compared after them. */
const special = [
  "\t",
  "a\nb",
  "\u0000",
  "a/b",
  "/a",
  "a/",
  ".",
  "..",
  "\u00e4",
  "a\u0308",
  "\u540d\u524d",
  "\u{1F600}",
];

/** Escapes that no name is written with. */
const escapes = [
  "%",
  "%zz",
  "%FF",
  "%C3",
  "%ED%A0%80",
  "%00",
  "%2e%2e",
  "a%2Fb",
  "a%252Fb",
  "%20",
  "x".repeat(300),
];

interface Kind {
  readonly collection: string;
  readonly body: (name: string) => Record<string, unknown> | undefined;
  readonly isReplaced: boolean;
}
const kinds: readonly Kind[] = [
  { collection: "objects", body: (name) => ({ name }), isReplaced: true },
  { collection: "properties", body: (name) => ({ name, ...property }), isReplaced: true },
  { collection: "resource_types", body: (name) => ({ name, prefix: name }), isReplaced: false },
];

const at = (collection: string, name: string): string => `/${collection}/${encoded(name)}`;

async function replaceAndDelete(catalogue: Catalogue, kind: Kind, some: readonly string[], lists: boolean) {
  const { collection, body, isReplaced } = kind;
  await catalogue.create("n");
  for (const name of some) {
    await catalogue.of("POST", "n", `/${collection}`, body(name));
    if (!isReplaced) continue;
    await catalogue.of("GET", "n", at(collection, name));
    await catalogue.of("PUT", "n", at(collection, name), body(name));
  }
  if (lists) await catalogue.of("GET", "n", `/${collection}`);
  if (lists) await catalogue.of("GET", "n");
  for (const name of some) await catalogue.of("DELETE", "n", at(collection, name));
  if (lists) await catalogue.of("GET", "n", `/${collection}`);
}

async function tagAll(catalogue: Catalogue, some: readonly string[], lists: boolean) {
  await catalogue.create("n");
  for (const name of some) {
    await catalogue.of("POST", "n", at("tags", name));
    await catalogue.of("GET", "n", at("tags", name));
  }
  if (lists) await catalogue.of("GET", "n", "/tags");
  for (const name of some.slice(0, 5)) {
    await catalogue.of("PUT", "n", at("tags", name), { name: `${name}.` });
  }
  for (const name of some.slice(5)) await catalogue.of("DELETE", "n", at("tags", name));
  if (lists) await catalogue.of("POST", "n", "/tags", { tags: some.map((name) => ({ name })) });
  if (lists) await catalogue.of("GET", "n", "/tags");
}

async function useNamespaces(catalogue: Catalogue, some: readonly string[], lists: boolean) {
  for (const name of some) {
    // Glance breaks at a Location that no header can hold: such names come by a rename.
    if (lists) await catalogue.create(name, { visibility: "public" });
    else {
      await catalogue.session.silently(() => catalogue.create("plain"));
      await catalogue.update("plain", { namespace: catalogue.nameOf(name), visibility: "public" });
    }
    await catalogue.of("POST", name, "/objects", { name: "o" });
    await catalogue.of("GET", name, "/objects/o");
    await catalogue.update(name, { display_name: "again" });
    await catalogue.of("GET", name);
    if (!lists) await catalogue.of("DELETE", name);
    if (!lists) await catalogue.session.silently(() => catalogue.of("DELETE", "plain"));
  }
  if (lists) await catalogue.listOwn("admin");
  if (lists) for (const name of some) await catalogue.of("DELETE", name);
}

/** All that a path may hold where a name is expected. */
const strayEscapes: Script = {
  name: "odd escapes in paths of definitions",
  run: async (session) => {
    const catalogue = new Catalogue(session);
    await catalogue.create("n");
    for (const stray of escapes) {
      await catalogue.of("GET", "n", `/objects/${stray}`);
      await catalogue.of("GET", "n", `/properties/${stray}`);
      await catalogue.of("GET", "n", `/tags/${stray}`);
      await catalogue.of("DELETE", "n", `/resource_types/${stray}`);
      await session.ask("admin", `GET /v2/metadefs/namespaces/${session.nonce}${stray}`);
      await session.ask("admin", `GET /v2/metadefs/namespaces/${session.nonce}${stray}/objects`);
    }
  },
};

/** The first kind has all names, the others some of them. */
const someOf = (all: readonly string[], kind: Kind): readonly string[] =>
  all.filter((_, index) => kind === kinds[0] || index % 3 === 0);

export const names: readonly Script[] = [
  ...kinds.flatMap((kind): Script[] => [
    {
      name: `odd names of ${kind.collection}`,
      run: (session) => replaceAndDelete(new Catalogue(session), kind, someOf(ordinary, kind), true),
    },
    {
      name: `names of ${kind.collection} that are hard to reach`,
      run: (session) => replaceAndDelete(new Catalogue(session), kind, someOf(special, kind), false),
    },
  ]),
  {
    name: "odd names of tags",
    run: (session) =>
      tagAll(
        new Catalogue(session),
        ordinary.filter((_, index) => index % 2 === 1),
        true,
      ),
  },
  {
    name: "names of tags that are hard to reach",
    run: async (session) => {
      const catalogue = new Catalogue(session);
      await tagAll(catalogue, special, false);
      for (const name of ["", "x".repeat(81)]) {
        await catalogue.of("POST", "n", "/tags", { tags: [{ name }] });
        await catalogue.session.silently(() => catalogue.of("POST", "n", "/tags", { tags: [{ name: "t" }] }));
        await catalogue.of("PUT", "n", "/tags/t", { name });
      }
    },
  },
  {
    name: "odd characters in names of namespaces",
    run: (session) =>
      useNamespaces(
        new Catalogue(session),
        ordinary.filter((name, index) => name.length < 60 && index % 2 === 0),
        true,
      ),
  },
  {
    name: "names of namespaces that are hard to reach",
    run: (session) =>
      useNamespaces(
        new Catalogue(session),
        // Glance finds no namespace with a slash or letters outside ASCII in its name: nobody could delete it.
        special.filter((name) => !name.includes("/") && Buffer.byteLength(name) === name.length),
        false,
      ),
  },
  strayEscapes,
];

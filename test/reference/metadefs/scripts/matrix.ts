import type { Script } from "../../differential/script.ts";
import type { AskOptions } from "../../differential/session.ts";
import type { CallerName } from "../../rbac/callers.ts";
import { Catalogue } from "../catalogue.ts";

interface Variant {
  readonly owner: "demo" | "alt";
  readonly visibility: "public" | "private";
  readonly protected: boolean;
}

/** All pairs of an owner, a visibility and a protection. */
const variants: readonly Variant[] = [
  { owner: "demo", visibility: "public", protected: false },
  { owner: "demo", visibility: "private", protected: true },
  { owner: "alt", visibility: "private", protected: false },
  { owner: "alt", visibility: "public", protected: true },
];

/** Those who may change something come last. */
const some: readonly CallerName[] = ["bystander", "alt", "demo", "admin"];
const everybody: readonly CallerName[] = [
  "no token",
  "bystander",
  "domain admin",
  "system admin",
  "alt",
  "demo-reader",
  "demo",
  "admin",
];

interface Operation {
  /** Method and path behind the namespace's own. */
  readonly line: readonly [method: string, rest: string];
  readonly json?: unknown;
  /** A success changes the namespace: another one is made of it. */
  readonly changes?: true;
}

const property = { type: "string", title: "T" };
const operations: readonly Operation[] = [
  { line: ["GET", ""] },
  { line: ["GET", "?resource_type=kind"] },
  { line: ["GET", "/objects"] },
  { line: ["GET", "/objects/o"] },
  { line: ["GET", "/objects/absent"] },
  { line: ["GET", "/properties"] },
  { line: ["GET", "/properties/p"] },
  { line: ["GET", "/properties/absent"] },
  { line: ["GET", "/tags"] },
  { line: ["GET", "/tags/t"] },
  { line: ["GET", "/tags/absent"] },
  { line: ["GET", "/resource_types"] },
  { line: ["POST", "/objects"], json: { name: "new" }, changes: true },
  { line: ["PUT", "/objects/o"], json: { name: "o" } },
  { line: ["PUT", "/objects/absent"], json: { name: "absent" } },
  { line: ["DELETE", "/objects/o"], changes: true },
  { line: ["DELETE", "/objects/absent"] },
  { line: ["DELETE", "/objects"], changes: true },
  { line: ["POST", "/properties"], json: { name: "new", ...property }, changes: true },
  { line: ["PUT", "/properties/p"], json: { name: "p", ...property } },
  { line: ["PUT", "/properties/absent"], json: { name: "absent", ...property } },
  { line: ["DELETE", "/properties/p"], changes: true },
  { line: ["DELETE", "/properties/absent"] },
  { line: ["DELETE", "/properties"], changes: true },
  { line: ["POST", "/tags"], json: { tags: [{ name: "t" }] } },
  { line: ["POST", "/tags/new"], changes: true },
  { line: ["PUT", "/tags/t"], json: { name: "t" } },
  { line: ["PUT", "/tags/absent"], json: { name: "absent" } },
  { line: ["DELETE", "/tags/t"], changes: true },
  { line: ["DELETE", "/tags/absent"] },
  { line: ["DELETE", "/tags"], changes: true },
  { line: ["POST", "/resource_types"], json: { name: "new kind" }, changes: true },
  { line: ["DELETE", "/resource_types/kind"], changes: true },
  { line: ["DELETE", "/resource_types/absent"] },
  { line: ["DELETE", ""], changes: true },
];

async function fill(catalogue: Catalogue, variant: Variant): Promise<void> {
  const { session } = catalogue;
  const wanted = { ...variant, owner: session.projects[variant.owner] };
  const make = () =>
    session.silently(async () => {
      await catalogue.update("n", { ...wanted, protected: false });
      await catalogue.of("DELETE", "n");
      const content = {
        objects: [{ name: "o", properties: { inner: property } }],
        properties: { p: property },
        tags: [{ name: "t" }],
        resource_type_associations: [{ name: "kind", prefix: "k_" }, { name: session.nonce }],
      };
      await catalogue.create("n", { ...wanted, ...content });
    });
  await make();
  const callers = variant === variants[0] ? everybody : some;
  const askAll = async (line: string, changes: boolean, options: AskOptions = {}) => {
    for (const caller of callers) {
      const { status } = await session.ask(caller, line, options);
      if (changes && status < 300) await make();
    }
  };
  for (const { line, json, changes = false } of operations) {
    const [method, rest] = line;
    await askAll(`${method} ${catalogue.path("n", rest)}`, changes, json === undefined ? {} : { json });
  }
  const same = { json: { namespace: catalogue.nameOf("n"), ...wanted } };
  await askAll(`PUT ${catalogue.path("n")}`, false, same);
  await askAll("POST /v2/metadefs/namespaces", false, same);
  await askAll(`PUT ${catalogue.path("n")}`, true, { json: { namespace: catalogue.nameOf("n") } });
  for (const caller of callers) {
    const list = `GET /v2/metadefs/namespaces?resource_types=${session.nonce}`;
    await session.ask(caller, list);
    await session.ask(caller, `${list}&visibility=public`);
    await session.ask(caller, `${list}&visibility=private`);
  }
}

const nameOf = ({ owner, visibility, protected: isProtected }: Variant): string =>
  [`${owner}'s`, visibility, ...(isProtected ? ["protected"] : []), "namespace"].join(" ");

/** What is asked of no namespace. */
const ofNone: Script = {
  name: "who may do what without a namespace",
  run: async (session) => {
    const { ask } = session;
    const catalogue = new Catalogue(session);
    for (const caller of [...everybody, "system reader", "glance", "garbage token"] as const) {
      await ask(caller, "GET /v2/schemas/metadefs/namespace");
      await catalogue.listOwn(caller, "limit=1");
      if (!everybody.includes(caller)) continue;
      await ask(caller, `GET ${catalogue.path("absent")}`);
      for (const collection of ["objects", "resource_types"]) {
        await ask(caller, `GET ${catalogue.path("absent", `/${collection}`)}`);
        await ask(caller, `GET ${catalogue.path("absent", `/${collection}/absent`)}`);
        await ask(caller, `DELETE ${catalogue.path("absent", `/${collection}/absent`)}`);
      }
      await ask(caller, `DELETE ${catalogue.path("absent")}`);
      await ask(caller, `POST ${catalogue.path("absent", "/tags")}`, {
        json: { tags: [{ name: "a" }, { name: "a" }] },
      });
      await ask(caller, `PUT ${catalogue.path("absent")}`, {
        json: { namespace: catalogue.nameOf("absent") },
      });
      await ask(caller, "POST /v2/metadefs/namespaces", { json: {} });
      const { status } = await ask(caller, "POST /v2/metadefs/namespaces", {
        json: { namespace: catalogue.nameOf("new") },
      });
      if (status === 201) await catalogue.of("DELETE", "new");
    }
  },
};

/** Who may do what: each operation on a namespace, by everybody, on a namespace of each kind. */
export const matrix: readonly Script[] = [
  ofNone,
  ...variants.map(
    (variant): Script => ({
      name: `who may do what with ${nameOf(variant)}`,
      run: (session) => fill(new Catalogue(session), variant),
    }),
  ),
];

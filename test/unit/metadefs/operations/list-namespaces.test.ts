import { describe, expect, it } from "vitest";
import type { Caller } from "../../../../shared/caller.ts";
import type { NamespaceQuery } from "../../../../shared/metadefs/domain/namespace-query.ts";
import { listNamespaces } from "../../../../shared/metadefs/operations/list-namespaces.ts";
import { updateNamespace } from "../../../../shared/metadefs/operations/update-namespace.ts";
import { admin, member, memoryCatalogue, newNamespace, stranger } from "../../../fakes/metadefs/service.ts";

const newest = { limit: 25, sort_key: "created_at", sort_dir: "desc" } as const;
const type = (name: string) => ({ name, prefix: null, properties_target: null });

type Catalogue = ReturnType<typeof memoryCatalogue>;
const list = ({ ports }: Catalogue, caller: Caller, query: Partial<NamespaceQuery> = {}) =>
  listNamespaces(ports)(caller, { ...newest, ...query });
const names = async (catalogue: Catalogue, caller: Caller, query: Partial<NamespaceQuery> = {}) =>
  (await list(catalogue, caller, query)).entries.map(({ namespace }) => namespace);

/** Six namespaces of two projects, the later the name. */
async function aCatalogue() {
  const catalogue = memoryCatalogue();
  const own = { owner: member.projectId };
  const others = { owner: stranger.projectId };
  await catalogue.create("a-own", { ...own, display_name: "Z", resource_type_associations: [type("T")] });
  await catalogue.create("b-public", { ...others, visibility: "public" });
  await catalogue.create("c-hidden", { ...others, resource_type_associations: [type("T")] });
  await catalogue.create("d-own", { ...own, visibility: "public", protected: true });
  await catalogue.create("e-own", { ...own, display_name: "A", resource_type_associations: [type("U")] });
  await catalogue.create("f-admin", { visibility: "public", resource_type_associations: [type("T")] });
  return catalogue;
}

describe("the list of namespaces", () => {
  it("shows what is public and the project's own, to admins everything, newest first", async () => {
    const catalogue = await aCatalogue();
    expect(await names(catalogue, member)).toEqual(["f-admin", "e-own", "d-own", "b-public", "a-own"]);
    expect(await names(catalogue, stranger)).toEqual(["f-admin", "d-own", "c-hidden", "b-public"]);
    expect(await names(catalogue, admin)).toHaveLength(6);
  });

  it.each([
    [{ visibility: "public" }, "f-admin d-own b-public"],
    [{ visibility: "private" }, "e-own a-own"],
    [{ resource_types: ["T"] }, "f-admin a-own"],
    [{ resource_types: ["T", "U"], visibility: "private" }, "e-own a-own"],
    [{ resource_types: ["none"] }, ""],
    [{ sort_key: "namespace", sort_dir: "asc" }, "a-own b-public d-own e-own f-admin"],
    [{ sort_key: "id", sort_dir: "asc" }, "a-own b-public d-own e-own f-admin"],
    // What is not set comes before everything.
    [{ sort_key: "display_name", sort_dir: "asc" }, "b-public d-own f-admin e-own a-own"],
    [{ sort_key: "protected", sort_dir: "desc" }, "d-own f-admin e-own b-public a-own"],
    [{ sort_key: "visibility", sort_dir: "asc" }, "a-own e-own b-public d-own f-admin"],
    [{ limit: 0 }, ""],
  ] as const)("%j", async (query, expected) => {
    const found = await names(await aCatalogue(), member, query as Partial<NamespaceQuery>);
    expect(found.join(" ")).toBe(expected);
  });

  it.each(["created_at", "namespace", "display_name", "updated_at", "owner", "id"] as const)(
    "has pages by %s without gaps, and says where the last one ends",
    async (sort_key) => {
      const catalogue = await aCatalogue();
      for (const sort_dir of ["asc", "desc"] as const) {
        const whole = await names(catalogue, member, { sort_key, sort_dir });
        for (const limit of [1, 2, 5]) {
          const seen: string[] = [];
          for (let marker = {}; ; marker = { marker: seen.at(-1) }) {
            const page = await list(catalogue, member, { sort_key, sort_dir, limit, ...marker });
            seen.push(...page.entries.map(({ namespace }) => namespace));
            if (!page.more) break;
            expect(page.entries).toHaveLength(limit);
          }
          expect(seen).toEqual(whole);
        }
      }
    },
  );

  it("refuses a marker that there is not, and one that the caller does not see", async () => {
    const catalogue = await aCatalogue();
    await expect(list(catalogue, member, { marker: "none" })).rejects.toMatchObject({ status: 404 });
    await expect(list(catalogue, member, { marker: "c-hidden" })).rejects.toMatchObject({ status: 403 });
  });

  it("follows a namespace to its new owner, visibility and name", async () => {
    const catalogue = await aCatalogue();
    const wanted = newNamespace("g-moved", { owner: stranger.projectId });
    await updateNamespace(catalogue.ports)(admin, "d-own", wanted);
    expect(await names(catalogue, member)).not.toContain("g-moved");
    const renamed = await names(catalogue, stranger, { sort_key: "namespace" });
    expect(renamed).toEqual(["g-moved", "f-admin", "c-hidden", "b-public"]);
  });

  it("ends a page before its answer is larger than a function may give", async () => {
    const catalogue = memoryCatalogue();
    const wide = Array.from({ length: 200 }, (_, n) => type(`${n}-${'"'.repeat(75)}`));
    // The store takes some new types at a time only.
    for (let from = 0; from < wide.length; from += 40)
      await catalogue.create(`types-${from}`, {
        visibility: "public",
        resource_type_associations: wide.slice(from, from + 40),
      });
    for (let n = 0; n < 100; n++)
      await catalogue.create(`ns-${n}`, { visibility: "public", resource_type_associations: wide });
    for (const sort_key of ["created_at", "description"] as const) {
      const page = await list(catalogue, member, { limit: 1000, sort_key });
      expect(page.more).toBe(true);
      expect(page.entries.length).toBeGreaterThan(10);
      const answer = JSON.stringify({ body: JSON.stringify(page.entries) });
      expect(Buffer.byteLength(answer)).toBeLessThan(6 * 1024 ** 2);
    }
  });

  it("refuses with a hint when nothing can be sorted in the time that a request has", async () => {
    const catalogue = await aCatalogue();
    const { ports } = catalogue;
    const slow = async function* (...listing: Parameters<typeof ports.namespaces.list>) {
      for await (const namespace of ports.namespaces.list(...listing)) {
        catalogue.wait(8000);
        yield namespace;
      }
    };
    const slowly = { ...ports, namespaces: { ...ports.namespaces, list: slow } };
    const query = { ...newest, sort_key: "owner" } as const;
    await expect(listNamespaces(slowly)(member, query)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("sort by created_at or namespace"),
    });
    const early = await listNamespaces(slowly)(member, newest);
    expect(early).toMatchObject({ more: true, entries: [{ namespace: "f-admin" }, { namespace: "e-own" }] });
  });
});

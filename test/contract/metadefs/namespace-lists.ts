import { describe, expect, it } from "vitest";
import type { Namespace } from "../../../shared/metadefs/domain/namespace.ts";
import type { NamespaceListing, NamespaceScope } from "../../../shared/metadefs/ports/namespace-store.ts";
import {
  aNamespace,
  association,
  type Catalogue,
  changed,
  created,
  listed,
  removed,
} from "./some-namespaces.ts";

const scopesOf: readonly (readonly NamespaceScope[])[] = [
  [{ kind: "public" }],
  [{ kind: "private" }],
  [{ kind: "owner", project: "demo" }],
  [{ kind: "public" }, { kind: "owner", project: "demo" }],
  [{ kind: "public" }, { kind: "private" }],
  // Each once, though two scopes have it.
  [{ kind: "private" }, { kind: "owner", project: "demo" }, { kind: "owner", project: "alt" }],
  [],
];
const typesOf: readonly (readonly string[] | undefined)[] = [undefined, ["S"], ["S", "T"], ["none", "T"], []];

const belongs = (scope: NamespaceScope, { visibility, owner }: Namespace): boolean =>
  scope.kind === "owner" ? visibility === "private" && owner === scope.project : visibility === scope.kind;

const compare = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

/** What a listing must give, said plainly. */
function expected(all: readonly Namespace[], listing: Omit<NamespaceListing, "expected">): string[] {
  const { scopes, sortKey, direction, resourceTypes, after } = listing;
  const order = (one: Namespace, other: Namespace) =>
    (compare(one[sortKey], other[sortKey]) || compare(one.id, other.id)) * (direction === "asc" ? 1 : -1);
  return all
    .filter((namespace) => scopes.some((scope) => belongs(scope, namespace)))
    .filter(
      ({ resource_types }) =>
        !resourceTypes || resource_types.some(({ name }) => resourceTypes.includes(name)),
    )
    .filter((namespace) => !after || order(namespace, after as Namespace) > 0)
    .toSorted(order)
    .map(({ namespace }) => namespace);
}

const names = ["b", "a#", "a", "\u{1F600}", "\uff21", "B", "\u00e4", "a\u0000b", "a b", "a!b", "b2", "c"];

async function someNamespaces(catalogue: Catalogue): Promise<Namespace[]> {
  const all: Namespace[] = [];
  const times = new Map<number, string>();
  for (const [n, namespace] of names.entries()) {
    // Several are of one moment.
    const created_at = times.get(n >> 2) ?? aNamespace().created_at;
    times.set(n >> 2, created_at);
    all.push(
      await created(catalogue, {
        namespace,
        created_at,
        visibility: n % 3 === 0 ? "public" : "private",
        owner: n % 2 === 0 ? "demo" : "alt",
        resource_types: [["S"], ["T"], ["S", "T"], [], ["U"]][n % 5]?.map((type) => association(type)) ?? [],
      }),
    );
  }
  return all;
}

/** What a catalogue promises of its lists of namespaces. */
export function namespaceListsContract(name: string, make: () => Promise<Catalogue>) {
  describe(`lists of namespaces: ${name}`, () => {
    it.each(["created_at", "namespace"] as const)(
      "go by %s, of every scope, type and direction",
      async (sortKey) => {
        const catalogue = await make();
        const all = await someNamespaces(catalogue);
        for (const direction of ["asc", "desc"] as const)
          for (const scopes of scopesOf)
            for (const types of typesOf) {
              const listing = { sortKey, direction, scopes, ...(types && { resourceTypes: types }) };
              expect(await listed(catalogue, listing)).toEqual(expected(all, listing));
            }
      },
    );

    it.each(["created_at", "namespace"] as const)("by %s go on after any namespace", async (sortKey) => {
      const catalogue = await make();
      const all = await someNamespaces(catalogue);
      // In the list, not in it, gone since, and never there.
      const gone = all[4] as Namespace;
      await removed(catalogue, gone);
      const left = all.filter(({ id }) => id !== gone.id);
      const markers = [...all, aNamespace({ namespace: "a\u0000" }), aNamespace({ created_at: "2020" })];
      for (const direction of ["asc", "desc"] as const)
        for (const scopes of [scopesOf[0] ?? [], scopesOf[4] ?? []])
          for (const resourceTypes of [undefined, ["S", "T"]])
            for (const after of markers) {
              const listing = { sortKey, direction, scopes, after, ...(resourceTypes && { resourceTypes }) };
              expect(await listed(catalogue, listing)).toEqual(expected(left, listing));
            }
    });

    it("go on after the last of a page that has changed or gone", async () => {
      const catalogue = await make();
      const all: Namespace[] = [];
      for (const namespace of ["a", "b", "c", "d"]) all.push(await created(catalogue, { namespace }));
      const [, b] = all as [Namespace, Namespace];
      for (const sortKey of ["created_at", "namespace"] as const)
        expect(await listed(catalogue, { sortKey, after: b })).toEqual(["c", "d"]);
      const renamed = await changed(catalogue, b, { namespace: "z", visibility: "public" });
      for (const sortKey of ["created_at", "namespace"] as const)
        expect(await listed(catalogue, { sortKey, scopes: [{ kind: "private" }], after: b })).toEqual([
          "c",
          "d",
        ]);
      await removed(catalogue, renamed);
      for (const sortKey of ["created_at", "namespace"] as const) {
        expect(await listed(catalogue, { sortKey, after: b })).toEqual(["c", "d"]);
        expect(await listed(catalogue, { sortKey, after: b, direction: "desc" })).toEqual(["a"]);
      }
    });

    it("follow a rename, a visibility, an owner and associations at once", async () => {
      const catalogue = await make();
      const first = await created(catalogue, { namespace: "n", resource_types: [association("S")] });
      const owner = (project: string) => ({ scopes: [{ kind: "owner", project } as const] });
      expect(await listed(catalogue, owner("demo"))).toEqual(["n"]);
      const second = await changed(catalogue, first, { owner: "alt" });
      expect(await listed(catalogue, owner("demo"))).toEqual([]);
      expect(await listed(catalogue, owner("alt"))).toEqual(["n"]);
      const third = await changed(catalogue, second, { visibility: "public", namespace: "m" });
      expect(await listed(catalogue, owner("alt"))).toEqual([]);
      expect(await listed(catalogue, { scopes: [{ kind: "private" }] })).toEqual([]);
      expect(await listed(catalogue, { scopes: [{ kind: "public" }], sortKey: "namespace" })).toEqual(["m"]);
      const fourth = await changed(catalogue, third, { resource_types: [association("T")] });
      expect(await listed(catalogue, { resourceTypes: ["S"] })).toEqual([]);
      expect(await listed(catalogue, { resourceTypes: ["T", "S"] })).toEqual(["m"]);
      const fifth = await changed(catalogue, fourth, { resource_types: [] });
      expect(await listed(catalogue, { resourceTypes: ["T"] })).toEqual([]);
      await changed(catalogue, fifth, { visibility: "private", namespace: "n" });
      expect(await listed(catalogue, owner("alt"))).toEqual(["n"]);
    });

    it("keep a namespace whose other entries change again and again", async () => {
      const catalogue = await make();
      const lasting = association("lasting");
      const others = (round: number) => Array.from({ length: 30 }, (_, n) => association(`T${n}-${round}`));
      let namespace = await created(catalogue, { namespace: "n", resource_types: [lasting, ...others(0)] });
      let isOver = false;
      const reader = async (): Promise<void> => {
        while (!isOver) {
          expect(await listed(catalogue)).toEqual(["n"]);
          for (const sortKey of ["created_at", "namespace"] as const)
            expect(await listed(catalogue, { sortKey, resourceTypes: ["lasting", "T1-1"] })).toEqual(["n"]);
        }
      };
      const readers = Promise.all([reader(), reader()]);
      try {
        for (let round = 1; round < 6; round++)
          namespace = await changed(catalogue, namespace, { resource_types: [lasting, ...others(round)] });
      } finally {
        isOver = true;
        await readers;
      }
      expect(await listed(catalogue, { resourceTypes: ["T1-4"] })).toEqual([]);
      expect(await listed(catalogue, { resourceTypes: ["T1-5"] })).toEqual(["n"]);
    });

    it("give many, a few at a time", async () => {
      const catalogue = await make();
      const all = await Promise.all(Array.from({ length: 40 }, () => created(catalogue)));
      const byTime = all.toSorted((one, other) => compare(one.created_at, other.created_at));
      expect(await listed(catalogue, { expected: 1 })).toEqual(byTime.map(({ namespace }) => namespace));
      const first = catalogue.store.list({
        scopes: [{ kind: "private" }],
        sortKey: "created_at",
        direction: "asc",
        expected: 2,
      });
      expect((await first.next()).value?.namespace).toBe(byTime[0]?.namespace);
      await first.return(undefined);
    });
  });
}

import { describe, expect, it } from "vitest";
import type { Clock } from "../../../shared/clock.ts";
import {
  MAX_NEW_RESOURCE_TYPES,
  MAX_RECORD_BYTES,
  NamespaceChanged,
  NamespaceTaken,
  NamespaceTooLarge,
} from "../../../shared/metadefs/ports/namespace-store.ts";
import { definitionsContract } from "./definitions.ts";
import { largeChangesContract } from "./large-changes.ts";
import { namespaceListsContract } from "./namespace-lists.ts";
import {
  added,
  aNamespace,
  association,
  type Catalogue,
  changed,
  created,
  event,
  listed,
  property,
  removed,
  tag,
  told,
} from "./some-namespaces.ts";

/** Names that a key, a pattern or an object could take for something of its own. */
const oddNames = [
  "OS::Compute::Quota",
  "a#b",
  "#",
  "name#tags",
  "50%",
  "%23",
  "a/b",
  " ",
  "\u0000",
  "a\u0000b",
  "a\u0001b",
  "__proto__",
  "constructor",
  "toString",
  "\u00e4\u{1F600}",
  "\uff21",
  "\u{1F600}".repeat(80),
  "\u0000".repeat(80),
  "x".repeat(80),
];

/** What every catalogue of metadata definitions must do; `making` gives an empty one with this clock. */
export function namespaceStoreContract(name: string, making: (clock: Clock) => Promise<Catalogue>) {
  // No two changes at one time: their events are in the order of their times.
  let now = Date.UTC(2026, 0, 1);
  const make = () => making(() => new Date(now++));

  describe(`namespace store: ${name}`, () => {
    it("finds what was written, with its revision", async () => {
      const catalogue = await make();
      const after = aNamespace({
        namespace: "OS::One",
        display_name: "One",
        description: "ü\u{1F600}",
        visibility: "public",
        protected: true,
        resource_types: [association("OS::Glance::Image", { prefix: "hw_", properties_target: "image" })],
      });
      const namespace = await catalogue.store.commit({ before: undefined, after });
      expect(namespace).toEqual({ ...after, revision: 1 });
      expect(await catalogue.store.find("OS::One")).toEqual(namespace);
      expect(await catalogue.store.find("os::one")).toBeUndefined();
      expect(await catalogue.store.find("")).toBeUndefined();
      expect(await catalogue.store.read("os::one")).toBeUndefined();
      expect(await catalogue.store.read("OS::One")).toEqual({
        namespace,
        content: { objects: [], properties: [], tags: [] },
      });
    });

    it.each([200, 1020, 2040, 2048, 9000])("finds nothing by names of %i characters", async (length) => {
      const catalogue = await make();
      const namespace = await created(catalogue);
      for (const long of ["x".repeat(length), "\u00e4".repeat(length), "\u0000".repeat(length)]) {
        expect(await catalogue.store.find(long)).toBeUndefined();
        expect(await catalogue.store.read(long)).toBeUndefined();
        expect(await catalogue.store.definition(namespace, "tags", long)).toBeUndefined();
      }
    });

    it("keeps namespaces, definitions, types and owners of any name apart", async () => {
      const catalogue = await make();
      const resource_types = oddNames.map((type) => association(type));
      const writes = [
        ...added("tags", oddNames.map(tag)),
        ...added(
          "properties",
          oddNames.map((odd) => property(odd)),
        ),
      ];
      for (const odd of oddNames)
        await created(catalogue, { namespace: odd, owner: odd, resource_types }, { writes });
      const sorted = oddNames.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
      expect(await listed(catalogue, { sortKey: "namespace" })).toEqual(sorted);
      expect((await catalogue.store.resourceTypes()).map((type) => type.name)).toEqual(sorted);
      for (const odd of oddNames) {
        const whole = await catalogue.store.read(odd);
        expect(whole?.namespace.namespace).toBe(odd);
        expect(whole?.content.tags.map((definition) => definition.name)).toEqual(oddNames);
        expect(whole?.content.properties.map((definition) => definition.name)).toEqual(oddNames);
        expect(await listed(catalogue, { scopes: [{ kind: "owner", project: odd }] })).toEqual([odd]);
        const ofType = { sortKey: "namespace", resourceTypes: [odd] } as const;
        expect(await listed(catalogue, ofType)).toEqual(sorted);
        expect(await listed(catalogue, { ...ofType, scopes: [{ kind: "owner", project: odd }] })).toEqual([
          odd,
        ]);
        if (whole) expect(await catalogue.store.definition(whole.namespace, "tags", odd)).toBeDefined();
      }
    });

    it("takes an owner and a type as long as they come", async () => {
      const catalogue = await make();
      const owner = "\u{1F600}#".repeat(127);
      const type = "\u{1F600}".repeat(80);
      const { namespace } = await created(catalogue, { owner, resource_types: [association(type)] });
      const scopes = [{ kind: "owner", project: owner } as const];
      expect(await listed(catalogue, { scopes, resourceTypes: [type] })).toEqual([namespace]);
    });

    describe("names", () => {
      it("are unique, and a refusal changes nothing", async () => {
        const catalogue = await make();
        const first = await created(catalogue, { namespace: "taken" }, { writes: added("tags", [tag("a")]) });
        const second = created(
          catalogue,
          { namespace: "taken", resource_types: [association("new")] },
          { writes: added("tags", [tag("b")]), events: [event("no")] },
        );
        await expect(second).rejects.toBeInstanceOf(NamespaceTaken);
        await expect(second).rejects.toThrow("The metadata definition namespace=taken already exists.");
        const whole = await catalogue.store.read("taken");
        expect(whole?.namespace).toEqual(first);
        expect(whole?.content.tags.map((definition) => definition.name)).toEqual(["a"]);
        expect(await listed(catalogue)).toEqual(["taken"]);
        expect(await catalogue.store.resourceTypes()).toEqual([]);
      });

      it("are taken by exactly one of many at once", async () => {
        const catalogue = await make();
        const all = await Promise.allSettled(
          Array.from({ length: 8 }, () => created(catalogue, { namespace: "one" })),
        );
        expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        for (const outcome of all)
          if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(NamespaceTaken);
        expect(await listed(catalogue)).toEqual(["one"]);
      });

      it("change with all that the namespace contains, and are free again then", async () => {
        const catalogue = await make();
        const resource_types = [association("T")];
        const writes = [...added("tags", [tag("a"), tag("b")]), ...added("properties", [property("p")])];
        const before = await created(catalogue, { namespace: "old", resource_types }, { writes });
        const renamed = await changed(catalogue, before, { namespace: "new" });
        expect(await catalogue.store.find("old")).toBeUndefined();
        expect(await catalogue.store.find("new")).toEqual({ ...before, namespace: "new", revision: 2 });
        const whole = await catalogue.store.read("new");
        expect(whole?.namespace).toEqual(renamed);
        expect(whole?.content.tags.map((definition) => definition.name)).toEqual(["a", "b"]);
        for (const sortKey of ["created_at", "namespace"] as const) {
          expect(await listed(catalogue, { sortKey })).toEqual(["new"]);
          expect(await listed(catalogue, { sortKey, resourceTypes: ["T"] })).toEqual(["new"]);
        }
        await created(catalogue, { namespace: "old" });
        await expect(changed(catalogue, renamed, { namespace: "old" })).rejects.toBeInstanceOf(
          NamespaceTaken,
        );
        expect((await catalogue.store.read("new"))?.content.tags).toHaveLength(2);
      });
    });

    describe("revisions", () => {
      it("let exactly one of many writers at once win", async () => {
        const catalogue = await make();
        const before = await created(catalogue, { namespace: "raced" });
        const writers = Array.from({ length: 8 }, (_, n) =>
          changed(catalogue, before, { namespace: `raced-${n}` }, { writes: added("tags", [tag(`${n}`)]) }),
        );
        const outcomes = await Promise.allSettled(writers);
        const won = outcomes.filter((outcome) => outcome.status === "fulfilled");
        expect(won).toHaveLength(1);
        for (const outcome of outcomes)
          if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(NamespaceChanged);
        const name = won[0]?.value.namespace ?? "";
        expect(await listed(catalogue)).toEqual([name]);
        expect((await catalogue.store.read(name))?.content.tags.map((of) => `raced-${of.name}`)).toEqual([
          name,
        ]);
      });

      it("are raised by each change, of definitions alone too, and go before other refusals", async () => {
        const catalogue = await make();
        await created(catalogue, { namespace: "other" });
        const first = await created(catalogue);
        const second = await changed(catalogue, first, {}, { writes: added("tags", [tag("a")]) });
        expect(second).toEqual({ ...first, revision: 2 });
        expect(await changed(catalogue, second)).toEqual({ ...first, revision: 3 });
        for (const late of [
          changed(catalogue, first, { namespace: "other" }),
          changed(catalogue, second, {}, { writes: added("tags", [tag("a")]) }),
          removed(catalogue, second),
        ])
          await expect(late).rejects.toBeInstanceOf(NamespaceChanged);
      });
    });

    describe("a namespace that goes", () => {
      it("takes along what it contains and its name, and leaves its resource types", async () => {
        const catalogue = await make();
        const resource_types = [association("T")];
        const writes = [...added("tags", [tag("a")]), ...added("properties", [property("p")])];
        const before = await created(catalogue, { namespace: "gone", resource_types }, { writes });
        expect(await removed(catalogue, before)).toEqual(before);
        expect(await catalogue.store.find("gone")).toBeUndefined();
        expect(await catalogue.store.read("gone")).toBeUndefined();
        expect(await catalogue.store.definition(before, "tags", "a")).toBeUndefined();
        expect(await catalogue.store.definitions(before, "properties")).toEqual([]);
        expect(await listed(catalogue)).toEqual([]);
        expect(await listed(catalogue, { resourceTypes: ["T"] })).toEqual([]);
        expect((await catalogue.store.resourceTypes()).map((type) => type.name)).toEqual(["T"]);
        await expect(removed(catalogue, before)).rejects.toBeInstanceOf(NamespaceChanged);
        await expect(changed(catalogue, before)).rejects.toBeInstanceOf(NamespaceChanged);
        const again = await created(catalogue, { namespace: "gone" });
        expect((await catalogue.store.read("gone"))?.namespace).toEqual(again);
        expect((await catalogue.store.read("gone"))?.content.tags).toEqual([]);
      });
    });

    describe("resource types", () => {
      it("come with the first namespace that names them, and keep their times", async () => {
        const catalogue = await make();
        const first = association("T");
        await created(catalogue, { resource_types: [first] });
        const before = await created(catalogue, { resource_types: [association("T"), association("S")] });
        await changed(catalogue, before, { resource_types: [...before.resource_types, association("U")] });
        const types = await catalogue.store.resourceTypes();
        expect(types.map((type) => type.name)).toEqual(["S", "T", "U"]);
        expect(types[1]).toEqual({ name: "T", created_at: first.created_at, updated_at: first.created_at });
      });

      it("come in a bounded number at once", async () => {
        const catalogue = await make();
        const types = Array.from({ length: MAX_NEW_RESOURCE_TYPES + 1 }, (_, n) => association(`T${n}`));
        await expect(created(catalogue, { resource_types: types })).rejects.toBeInstanceOf(NamespaceTooLarge);
        expect(await catalogue.store.resourceTypes()).toEqual([]);
        const most = await created(catalogue, { resource_types: types.slice(1) });
        await changed(catalogue, most, { resource_types: types });
        expect(await catalogue.store.resourceTypes()).toHaveLength(types.length);
      });
    });

    it("refuses a record that is larger than it may be", async () => {
      const catalogue = await make();
      const description = "\u00e4".repeat(MAX_RECORD_BYTES / 2);
      await expect(created(catalogue, { description })).rejects.toBeInstanceOf(NamespaceTooLarge);
      const fits = await created(catalogue, { description: description.slice(500) });
      expect(await catalogue.store.find(fits.namespace)).toEqual(fits);
      await expect(changed(catalogue, fits, { description })).rejects.toBeInstanceOf(NamespaceTooLarge);
      expect(await catalogue.store.find(fits.namespace)).toEqual(fits);
    });

    it("writes events with the change, in their order, and none with a refused one", async () => {
      const catalogue = await make();
      const namespace = await created(catalogue, {}, { events: [event("a"), event("b")] });
      const many = Array.from({ length: 30 }, (_, n) => `${n}`);
      const next = await changed(catalogue, namespace, {}, { events: many.map((what) => event(what)) });
      await changed(catalogue, namespace, {}, { events: [event("refused")] }).catch(() => undefined);
      await catalogue.store.commit({ before: next, after: undefined, events: [event("z")] });
      expect(await told(catalogue, namespace)).toEqual(["a", "b", ...many, "z"]);
    });
  });

  definitionsContract(name, make);
  largeChangesContract(name, make);
  namespaceListsContract(name, make);
}

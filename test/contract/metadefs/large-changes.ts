import { describe, expect, it } from "vitest";
import {
  DefinitionTaken,
  MAX_CONTENT_BYTES,
  MAX_DEFINITIONS,
  NamespaceChanged,
  NamespaceTaken,
  NamespaceTooLarge,
} from "../../../shared/metadefs/ports/namespace-store.ts";
import {
  added,
  association,
  type Catalogue,
  changed,
  created,
  event,
  listed,
  namesIn,
  object,
  property,
  removed,
  tag,
  told,
} from "./some-namespaces.ts";

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${n}`);

/** What a catalogue promises of changes of hundreds of definitions: the same as of small ones. */
export function largeChangesContract(name: string, make: () => Promise<Catalogue>) {
  describe(`large changes of namespaces: ${name}`, () => {
    it("create 500 definitions, in their order", async () => {
      const catalogue = await make();
      const events = names("event", 120);
      const namespace = await created(
        catalogue,
        { resource_types: [association("T")] },
        {
          writes: [
            ...added("tags", names("t", 300).map(tag)),
            ...added(
              "properties",
              names("p", 150).map((of) => property(of)),
            ),
            ...added(
              "objects",
              names("o", 50).map((of) => object(of)),
            ),
          ],
          events: events.map((what) => event(what, 300)),
        },
      );
      const whole = await catalogue.store.read(namespace.namespace);
      expect(whole?.namespace).toEqual(namespace);
      expect(whole?.content.tags.map((of) => of.name)).toEqual(names("t", 300));
      expect(whole?.content.properties.map((of) => of.name)).toEqual(names("p", 150));
      expect(whole?.content.objects.map((of) => of.name)).toEqual(names("o", 50));
      expect(await listed(catalogue, { resourceTypes: ["T"] })).toEqual([namespace.namespace]);
      expect(await told(catalogue, namespace)).toEqual(events);
    });

    it("replace, extend, rename and remove 500 tags", async () => {
      const catalogue = await make();
      const writes = added("tags", names("a", 500).map(tag));
      const one = await created(catalogue, {}, { writes });
      const two = await changed(
        catalogue,
        one,
        {},
        { emptied: ["tags"], writes: added("tags", [...names("b", 499), "a0"].map(tag)) },
      );
      expect(await namesIn(catalogue, two, "tags")).toEqual([...names("b", 499), "a0"]);
      const three = await changed(catalogue, two, {}, { writes: added("tags", names("c", 500).map(tag)) });
      const all = [...names("b", 499), "a0", ...names("c", 500)];
      expect(await namesIn(catalogue, three, "tags")).toEqual(all);
      const four = await changed(catalogue, three, { namespace: "renamed", visibility: "public" });
      expect(await namesIn(catalogue, four, "tags")).toEqual(all);
      const before = await catalogue.store.definitions(four, "tags");
      const five = await changed(
        catalogue,
        four,
        {},
        {
          writes: before.slice(0, 900).map((of, n) => ({
            collection: "tags",
            before: of,
            after: n < 450 ? undefined : { ...of, name: `d${n}` },
          })),
        },
      );
      const left = [...Array.from({ length: 450 }, (_, n) => `d${n + 450}`), ...names("c", 500).slice(400)];
      expect(await namesIn(catalogue, five, "tags")).toEqual(left);
      expect(await catalogue.store.definition(five, "tags", "d450")).toBeDefined();
      expect(await catalogue.store.definition(five, "tags", "b450")).toBeUndefined();
      await removed(catalogue, five);
      expect(await catalogue.store.read("renamed")).toBeUndefined();
      expect(await catalogue.store.definitions(five, "tags")).toEqual([]);
      expect(await listed(catalogue)).toEqual([]);
    });

    it("are refused as a whole", async () => {
      const catalogue = await make();
      const types = names("T", 40).map((of) => association(of));
      await created(catalogue, { namespace: "other" });
      const before = await created(
        catalogue,
        { namespace: "n", resource_types: types },
        { writes: added("tags", names("a", 200).map(tag)) },
      );
      const events = names("event", 200).map((what) => event(what, 300));
      const writes = added("tags", [...names("b", 300), "a7"].map(tag));
      const twice = changed(catalogue, before, { visibility: "public" }, { writes, events });
      await expect(twice).rejects.toBeInstanceOf(DefinitionTaken);
      const taken = changed(
        catalogue,
        before,
        { namespace: "other" },
        { writes: writes.slice(0, 300), events },
      );
      await expect(taken).rejects.toBeInstanceOf(NamespaceTaken);
      const rest = { writes: writes.slice(0, 300), events };
      await expect(created(catalogue, { namespace: "n" }, rest)).rejects.toBeInstanceOf(NamespaceTaken);
      expect(await catalogue.store.find("n")).toEqual(before);
      expect(await namesIn(catalogue, before, "tags")).toEqual(names("a", 200));
      expect(await listed(catalogue, { scopes: [{ kind: "public" }] })).toEqual([]);
      expect(await listed(catalogue, { resourceTypes: ["T3"] })).toEqual(["n"]);
      expect(await told(catalogue, before)).toEqual([]);
    });

    it("race with each other, and one of them wins", async () => {
      const catalogue = await make();
      const types = names("T", 40).map((of) => association(of));
      const before = await created(
        catalogue,
        { namespace: "n", resource_types: types },
        { writes: added("tags", names("a", 200).map(tag)) },
      );
      const outcomes = await Promise.allSettled(
        names("", 4).map((n) =>
          changed(
            catalogue,
            before,
            { namespace: "m", visibility: "public" },
            {
              emptied: ["tags"],
              writes: added("tags", names(`${n}-`, 200).map(tag)),
              events: names(`${n}-`, 200).map((what) => event(what)),
            },
          ),
        ),
      );
      const won = outcomes.findIndex(({ status }) => status === "fulfilled");
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(NamespaceChanged);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await namesIn(catalogue, before, "tags")).toEqual(names(`${won}-`, 200));
      expect(await told(catalogue, before)).toEqual(names(`${won}-`, 200));
      for (const resourceTypes of [undefined, ["T0"], ["T39", "T7"]])
        for (const sortKey of ["created_at", "namespace"] as const)
          expect(await listed(catalogue, { sortKey, ...(resourceTypes && { resourceTypes }) })).toEqual([
            "m",
          ]);
    });

    it("keep readers from seeing a part of them", async () => {
      const catalogue = await make();
      let namespace = await created(
        catalogue,
        { namespace: "n" },
        { writes: added("tags", names("0-", 150).map(tag)) },
      );
      let isOver = false;
      const reader = async (): Promise<number> => {
        let reads = 0;
        while (!isOver) {
          const tags = await catalogue.store.definitions(namespace, "tags");
          const whole = await catalogue.store.read("n");
          for (const seen of [tags, whole?.content.tags ?? []]) {
            const round = seen[0]?.name.split("-")[0];
            expect(seen.map((of) => of.name)).toEqual(names(`${round}-`, 150));
          }
          expect(await listed(catalogue)).toEqual(["n"]);
          reads++;
        }
        return reads;
      };
      const readers = [reader(), reader()];
      try {
        for (let round = 1; round <= 4; round++) {
          namespace = await changed(
            catalogue,
            namespace,
            { display_name: `${round}` },
            { emptied: ["tags"], writes: added("tags", names(`${round}-`, 150).map(tag)) },
          );
        }
      } finally {
        isOver = true;
        await Promise.allSettled(readers);
      }
      for (const reads of await Promise.all(readers)) expect(reads).toBeGreaterThan(0);
    });

    it("are refused when there would be more definitions than there may be", async () => {
      const catalogue = await make();
      const writes = added("tags", names("t", MAX_DEFINITIONS).map(tag));
      const namespace = await created(catalogue, {}, { writes: added("properties", [property("p")]) });
      await expect(changed(catalogue, namespace, {}, { writes })).rejects.toBeInstanceOf(NamespaceTooLarge);
      expect(await namesIn(catalogue, namespace, "tags")).toEqual([]);
    });

    it("are refused when the namespace would contain more than it may", async () => {
      const catalogue = await make();
      const large = (prefix: string) => names(prefix, 7).map((of) => property(of, "x".repeat(280_000)));
      const one = await created(catalogue, {}, { writes: added("properties", large("a")) });
      const two = await changed(catalogue, one, {}, { writes: added("properties", large("b")) });
      expect(14 * 280_000).toBeLessThan(MAX_CONTENT_BYTES);
      const over = added("objects", [object("o", { description: "x".repeat(100_000) })]);
      await expect(changed(catalogue, two, {}, { writes: over })).rejects.toBeInstanceOf(NamespaceTooLarge);
      const events = names("e", 7).map((what) => event(what, 280_000));
      const three = await changed(
        catalogue,
        two,
        {},
        { emptied: ["properties"], writes: [...over, ...added("properties", large("c"))], events },
      );
      expect(await namesIn(catalogue, three, "properties")).toEqual(names("c", 7));
      expect(await namesIn(catalogue, three, "objects")).toEqual(["o"]);
      expect(await told(catalogue, three)).toEqual(names("e", 7));
    });
  });
}

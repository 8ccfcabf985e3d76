import { describe, expect, it } from "vitest";
import {
  DefinitionTaken,
  MAX_RECORD_BYTES,
  NamespaceTooLarge,
} from "../../../shared/metadefs/ports/namespace-store.ts";
import {
  added,
  type Catalogue,
  changed,
  created,
  event,
  namesIn,
  object,
  property,
  tag,
  told,
} from "./some-namespaces.ts";

/** What a catalogue promises of the objects, properties and tags of a namespace. */
export function definitionsContract(name: string, make: () => Promise<Catalogue>) {
  describe(`definitions of namespaces: ${name}`, () => {
    it("come back as they were written", async () => {
      const catalogue = await make();
      const schema = {
        type: "integer",
        title: "__proto__",
        description: "",
        operators: ["<or>"],
        default: "1",
        readonly: false,
        minimum: -1,
        maximum: 2 ** 53,
        enum: ["", "a"],
        items: { type: "string", enum: [] },
        maxLength: 1e21,
      } as const;
      const whole = object("o", {
        description: "\u0000",
        required: ["__proto__", "a,b"],
        properties: [
          ["__proto__", schema],
          ["2", schema],
          ["1", { type: "array", title: "" }],
        ],
      });
      const content = {
        objects: [whole, object("p")],
        properties: [{ ...tag("__proto__"), schema }],
        tags: [tag("t")],
      };
      const namespace = await created(
        catalogue,
        {},
        {
          writes: [
            ...added("objects", content.objects),
            ...added("properties", content.properties),
            ...added("tags", content.tags),
          ],
        },
      );
      expect(await catalogue.store.read(namespace.namespace)).toEqual({ namespace, content });
      expect(await catalogue.store.definition(namespace, "objects", "o")).toEqual(whole);
      expect(await catalogue.store.definition(namespace, "properties", "o")).toBeUndefined();
      expect(await catalogue.store.definitions(namespace, "properties")).toEqual(content.properties);
    });

    it("come, change, are renamed and go, and keep their order", async () => {
      const catalogue = await make();
      const [a, b, c] = [property("a"), property("b"), property("c")];
      const first = await created(catalogue, {}, { writes: added("properties", [c, a]) });
      const second = await changed(catalogue, first, {}, { writes: added("properties", [b]) });
      const other = { ...c, name: "z", schema: { type: "boolean", title: "Z" } } as const;
      const third = await changed(
        catalogue,
        second,
        {},
        {
          writes: [
            { collection: "properties", before: c, after: other },
            { collection: "properties", before: a, after: { ...a, updated_at: b.created_at } },
          ],
        },
      );
      expect(await catalogue.store.definitions(third, "properties")).toEqual([
        other,
        { ...a, updated_at: b.created_at },
        b,
      ]);
      expect(await catalogue.store.definition(third, "properties", "c")).toBeUndefined();
      const fourth = await changed(
        catalogue,
        third,
        {},
        { writes: [{ collection: "properties", before: other, after: undefined }] },
      );
      expect(await namesIn(catalogue, fourth, "properties")).toEqual(["a", "b"]);
      await changed(catalogue, fourth, {}, { writes: added("properties", [c]) });
      expect(await namesIn(catalogue, fourth, "properties")).toEqual(["a", "b", "c"]);
    });

    it("have names of their own in each collection, and a refusal changes nothing", async () => {
      const catalogue = await make();
      const [a, b] = [property("a"), property("b")];
      const before = await created(
        catalogue,
        { namespace: "n" },
        { writes: [...added("properties", [a, b]), ...added("tags", [tag("a")])] },
      );
      const refused = [
        { writes: added("properties", [property("new"), property("a")]) },
        { writes: [{ collection: "properties", before: a, after: { ...a, name: "b" } }] as const },
        { writes: added("tags", [tag("t"), tag("t")]) },
        { emptied: ["tags"], writes: added("tags", [tag("t"), tag("t")]) } as const,
      ];
      for (const change of refused) {
        const late = changed(catalogue, before, { display_name: "x" }, { ...change, events: [event("no")] });
        await expect(late).rejects.toBeInstanceOf(DefinitionTaken);
      }
      await expect(changed(catalogue, before, {}, { writes: added("properties", [a]) })).rejects.toThrow(
        "A metadata definition property with name=a already exists in namespace=n.",
      );
      await expect(created(catalogue, {}, { writes: added("tags", [a, a]) })).rejects.toThrow("tag");
      expect(await catalogue.store.find("n")).toEqual(before);
      expect(await catalogue.store.definitions(before, "properties")).toEqual([a, b]);
      expect(await namesIn(catalogue, before, "tags")).toEqual(["a"]);
      expect(await told(catalogue, before)).toEqual([]);
    });

    it("give a name up to another of the same change", async () => {
      const catalogue = await make();
      const [a, b] = [property("a", "first"), property("b", "second")];
      const before = await created(catalogue, {}, { writes: added("properties", [a, b]) });
      const after = await changed(
        catalogue,
        before,
        {},
        {
          writes: [
            { collection: "properties", before: a, after: { ...a, name: "c" } },
            { collection: "properties", before: b, after: { ...b, name: "a" } },
            ...added("properties", [property("b", "third")]),
          ],
        },
      );
      const all = await catalogue.store.definitions(after, "properties");
      expect(all.map(({ name, schema }) => [name, schema.title])).toEqual([
        ["c", "first"],
        ["a", "second"],
        ["b", "third"],
      ]);
    });

    it("go with their collection when it is emptied, and come anew in the same change", async () => {
      const catalogue = await make();
      const before = await created(
        catalogue,
        {},
        {
          writes: [
            ...added("tags", [tag("a"), tag("b")]),
            ...added("properties", [property("p")]),
            ...added("objects", [object("o")]),
          ],
        },
      );
      const after = await changed(
        catalogue,
        before,
        {},
        { emptied: ["tags", "objects"], writes: added("tags", [tag("c"), tag("a")]) },
      );
      expect(await namesIn(catalogue, after, "tags")).toEqual(["c", "a"]);
      expect(await namesIn(catalogue, after, "objects")).toEqual([]);
      expect(await namesIn(catalogue, after, "properties")).toEqual(["p"]);
      expect(await catalogue.store.definition(before, "tags", "b")).toBeUndefined();
      expect((await catalogue.store.definition(before, "tags", "a"))?.created_at).not.toBe(before.created_at);
      const again = await changed(catalogue, after, {}, { emptied: ["objects"] });
      expect(await namesIn(catalogue, again, "objects")).toEqual([]);
    });

    it("may be as large as a record, and no larger", async () => {
      const catalogue = await make();
      const large = (bytes: number) => property("large", "\u00e4".repeat(bytes / 2));
      const before = await created(catalogue);
      const over = changed(catalogue, before, {}, { writes: added("properties", [large(MAX_RECORD_BYTES)]) });
      await expect(over).rejects.toBeInstanceOf(NamespaceTooLarge);
      const fits = large(MAX_RECORD_BYTES - 400);
      const after = await changed(catalogue, before, {}, { writes: added("properties", [fits]) });
      expect(await catalogue.store.definition(after, "properties", "large")).toEqual(fits);
    });
  });
}

import fc from "fast-check";
import { expect, test } from "vitest";
import { createdNamespaceDocument } from "../../../../shared/metadefs/wire/namespace-document.ts";
import { readNamespace } from "../../../../shared/metadefs/wire/namespace-request.ts";

/*
 * A namespace that is read, shown, and read again is the same: through JSON, as clients send it. Names are hostile as
 * often as not.
 */
const hostile = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "a/b",
  "%2e",
  "#",
  "1",
  "0",
  "😀",
  "a,b",
];
const unreachable = /^\.{0,2}$|\p{Cc}/u;
const name = fc
  .oneof(fc.constantFrom(...hostile), fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }))
  .filter((text) => text.isWellFormed() && !unreachable.test(text));
const text = fc.oneof(fc.constantFrom("", ...hostile), fc.string({ unit: "grapheme", maxLength: 20 }));
const type = fc.constantFrom("array", "boolean", "integer", "number", "object", "string");
const amount = fc.nat();

const property = fc.record(
  {
    type,
    title: text,
    description: text,
    operators: fc.array(text, { maxLength: 3 }),
    default: text,
    readonly: fc.boolean(),
    minimum: fc.maxSafeInteger(),
    maximum: fc.maxSafeInteger(),
    enum: fc.array(text, { maxLength: 3 }),
    pattern: text,
    minLength: amount,
    maxLength: amount,
    confidential: fc.boolean(),
    items: fc.record({ type, enum: fc.array(text, { maxLength: 3 }) }, { requiredKeys: ["type"] }),
    uniqueItems: fc.boolean(),
    minItems: amount,
    maxItems: amount,
    additionalItems: fc.boolean(),
  },
  { requiredKeys: ["type", "title"] },
);
/** JSON of an object with these members: a literal would lose `__proto__`. */
const properties = fc.uniqueArray(fc.tuple(name, property), { maxLength: 4, selector: ([key]) => key });
const named = <Value extends { name: string }>(arbitrary: fc.Arbitrary<Value>) =>
  fc.uniqueArray(arbitrary, { maxLength: 4, selector: (entry) => entry.name });

const namespace = fc.record(
  {
    namespace: name,
    display_name: text,
    description: text,
    visibility: fc.constantFrom("public", "private"),
    protected: fc.boolean(),
    owner: name,
    resource_type_associations: named(
      fc.record({ name, prefix: text, properties_target: text }, { requiredKeys: ["name"] }),
    ),
    objects: named(
      fc.record(
        {
          name,
          description: text,
          required: fc.uniqueArray(text),
          properties: properties.map(Object.fromEntries),
        },
        { requiredKeys: ["name"] },
      ),
    ),
    properties: properties.map(Object.fromEntries),
    tags: named(fc.record({ name })),
  },
  { requiredKeys: ["namespace"] },
);

const throughJson = (value: unknown) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

/** What a client may send of what it was shown: all but what the service sets itself. */
function resent(document: Record<string, unknown>) {
  const { self, schema, created_at, updated_at, ...body } = throughJson(document);
  return body;
}

test("a namespace is the same after it was shown and sent again", () => {
  fc.assert(
    fc.property(namespace, (body) => {
      const read = readNamespace(throughJson(body));
      const shown = createdNamespaceDocument(
        {
          ...{ ...read, owner: read.owner ?? "p1", id: "i", revision: 1, resource_types: [] },
          ...{ created_at: "2026-01-01T00:00:00.000Z", updated_at: "2026-01-01T00:00:00.000Z" },
        },
        read,
      );
      expect(readNamespace(resent(shown))).toStrictEqual({ ...read, owner: read.owner ?? "p1" });
    }),
  );
});

test("every member of any JSON is kept as it is or refused, never lost or another one", () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.oneof(fc.constantFrom("title", "type", "enum", "items", "default"), name),
        fc.jsonValue(),
      ),
      (given) => {
        const body = throughJson({ ...given, title: "t", type: "string" });
        let kept: Record<string, unknown>;
        try {
          const {
            properties: [first],
          } = readNamespace({ namespace: "n", properties: { p: body } });
          kept = { ...first?.schema };
        } catch (error) {
          expect(error).toMatchObject({ status: 400 });
          return;
        }
        const { default: written, ...others } = kept;
        const { default: sent, name: _nested, ...rest } = body;
        expect(others).toStrictEqual(rest);
        if (typeof sent === "string") expect(written).toBe(sent);
        else if (sent === null || sent === undefined) expect(written).toBeUndefined();
        else
          expect(JSON.parse(String(written).toLowerCase())).toEqual(
            JSON.parse(JSON.stringify(sent).toLowerCase()),
          );
      },
    ),
  );
});

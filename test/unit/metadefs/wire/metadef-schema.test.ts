import { expect, it } from "vitest";
import { metadefSchema } from "../../../../shared/metadefs/wire/metadef-schema.ts";

type Schema = Readonly<Record<string, unknown>>;
const names = ["namespace", "object", "property", "tag", "resource_type"] as const;
const collections = ["namespaces", "objects", "properties", "tags", "resource_types"] as const;
const schema = (name: string) => metadefSchema(name) as Schema;

/** Every `$ref` in a document. */
const references = (document: unknown): string[] =>
  [...JSON.stringify(document).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)].map(([, name = ""]) => name);

it("has the ten schemas of Glance under the names that they bear themselves", () => {
  const own = [...names, ...collections].map((name) => schema(name).name);
  expect(own).toEqual([
    ...["namespace", "object", "property", "tag", "resource_type_association"],
    ...["namespaces", "objects", "properties", "tags", "resource_type_associations"],
  ]);
});

it("defines all that a schema refers to, in this schema", () => {
  for (const name of [...names, ...collections]) {
    const document = schema(name);
    const defined = Object.keys((document.definitions ?? {}) as Schema);
    expect(defined, name).toEqual(expect.arrayContaining(references(document)));
  }
});

it("has the schema of one thing in that of many", () => {
  for (const [at, name] of names.entries()) {
    const { definitions, ...one } = schema(name);
    const page = schema(collections[at] ?? "");
    const { [String(page.name)]: members } = page.properties as Record<string, Schema>;
    const item = { ...((members?.items ?? members?.additionalProperties) as Schema) };
    // The name of a property in a collection is its key.
    if (name === "property") item.required = [...(item.required as string[]), "name"];
    expect(item).toStrictEqual(one);
    expect(page.definitions).toStrictEqual(definitions);
  }
});

it("knows no others", () => {
  for (const name of ["", "constructor", "__proto__", "resource_type_association", "Namespace"]) {
    expect(metadefSchema(name)).toBeUndefined();
  }
});

import { describe, expect, it, test } from "vitest";
import { readNamespace, readNamespaceChange } from "../../../../shared/metadefs/wire/namespace-request.ts";

const parsed = (text: string) => JSON.parse(text) as Record<string, unknown>;
const base = { namespace: "OS::Test" };
const property = { title: "t", type: "string" };

describe("a new namespace", () => {
  it("needs a name only; everything else has Glance's defaults, and no owner", () => {
    expect(readNamespace(base)).toStrictEqual({
      namespace: "OS::Test",
      display_name: null,
      description: null,
      visibility: "private",
      protected: false,
      resource_type_associations: [],
      objects: [],
      properties: [],
      tags: [],
    });
  });

  it("has all that it shall contain", () => {
    const body = {
      ...base,
      visibility: "public",
      protected: true,
      owner: "p1",
      display_name: "d",
      description: "e",
      resource_type_associations: [{ name: "OS::Glance::Image", prefix: "hw_" }],
      objects: [{ name: "o", description: "x", required: ["a", "b,c"], properties: { a: property } }],
      properties: { p: { ...property, confidential: true } },
      tags: [{ name: "t1" }, { name: "T1" }],
    };
    expect(readNamespace(body)).toStrictEqual({
      ...body,
      resource_type_associations: [{ name: "OS::Glance::Image", prefix: "hw_", properties_target: null }],
      objects: [{ name: "o", description: "x", required: ["a", "b,c"], properties: [["a", property]] }],
      properties: [{ name: "p", schema: { ...property, confidential: true } }],
    });
  });

  it("may repeat what a namespace that was shown says of its content", () => {
    const shown = { created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z" };
    const { objects, resource_type_associations } = readNamespace({
      ...base,
      objects: [{ name: "o", self: "/v2/x", schema: "/v2/y", ...shown }],
      resource_type_associations: [{ name: "r", ...shown }],
    });
    expect(objects).toStrictEqual([{ name: "o", description: null, required: [], properties: [] }]);
    expect(resource_type_associations).toStrictEqual([{ name: "r", prefix: null, properties_target: null }]);
  });

  it("keeps names that every object of JavaScript has", () => {
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
    const properties = `{${names.map((name) => `"${name}":{"title":"t","type":"string"}`)}}`;
    const read = readNamespace(
      parsed(
        `{"namespace":"n","properties":${properties},"objects":[{"name":"o","properties":${properties}}]}`,
      ),
    );
    expect(read.properties.map(({ name }) => name)).toEqual(names);
    expect(read.objects[0]?.properties.map(([name]) => name)).toEqual(names);
    for (const { schema } of read.properties) expect(schema).toStrictEqual(property);
  });

  it("takes limits in characters, not in units of UTF-16", () => {
    expect(readNamespace({ namespace: "😀".repeat(80) }).namespace).toBe("😀".repeat(80));
    expect(() => readNamespace({ namespace: "😀".repeat(81) })).toThrow(/namespace/);
  });
});

describe("what a new namespace is refused for, and the place of it", () => {
  const many = Array.from({ length: 1001 }, (_, at) => ({ name: `t${at}` }));
  const deep = JSON.parse(`${"[".repeat(30)}${"]".repeat(30)}`) as unknown;
  test.each<[status: number, text: RegExp, change: Record<string, unknown>]>([
    [403, /^Attribute 'self' is read-only/, { self: "x", unknown: 1 }],
    [403, /'schema' is read-only/, { schema: null }],
    [403, /'created_at' is read-only/, { created_at: "x" }],
    [403, /'updated_at' is read-only/, { updated_at: "x" }],
    [400, /schema 'namespace'.*namespace/, { namespace: undefined }],
    [400, /schema 'namespace': namespace: .*"number"/, { namespace: 5 }],
    [400, /'' cannot be the name of a namespace/, { namespace: "" }],
    [400, /'\.\.' cannot be the name/, { namespace: ".." }],
    [400, /control characters/, { namespace: "a\nb" }],
    [400, /display_name: .*null/, { display_name: null }],
    [400, /display_name/, { display_name: "x".repeat(81) }],
    [400, /description/, { description: "x".repeat(501) }],
    [400, /owner/, { owner: "x".repeat(256) }],
    [400, /visibility/, { visibility: "shared" }],
    [400, /protected/, { protected: "true" }],
    [400, /unknown|constructor/, { unknown: 1 }],
    [400, /constructor/, { constructor: 1 }],
    [400, /__proto__/, parsed('{"__proto__": 1}')],
    [400, /tags/, { tags: {} }],
    [400, /schema 'tag'.*"name"/, { tags: [{}] }],
    [400, /schema 'tag'.*name/, { tags: [{ name: "x".repeat(81) }] }],
    [400, /schema 'tag'.*other/, { tags: [{ name: "x", other: 1 }] }],
    [400, /cannot be the name of a tag/, { tags: [{ name: "" }] }],
    [409, /'x' is more than once in the tags/, { tags: [{ name: "x" }, { name: "x" }] }],
    [400, /more than 1000 entries/, { tags: many }],
    [400, /schema 'resource_type_association'.*"name"/, { resource_type_associations: [{ prefix: "x" }] }],
    [400, /prefix/, { resource_type_associations: [{ name: "x", prefix: "p".repeat(81) }] }],
    [409, /more than once/, { resource_type_associations: [{ name: "x" }, { name: "x", prefix: "y" }] }],
    [400, /schema 'object'.*"name"/, { objects: [{ properties: {} }] }],
    [400, /schema 'object'.*other/, { objects: [{ name: "o", other: 1 }] }],
    [400, /required/, { objects: [{ name: "o", required: ["a", "a"] }] }],
    [409, /more than once in the objects/, { objects: [{ name: "o" }, { name: "o" }] }],
    [400, /properties\/p: .*"title"/, { properties: { p: { type: "string" } } }],
    [400, /properties\/p\/type/, { properties: { p: { title: "t", type: null } } }],
    [400, /^p: a property has no 'other'/, { properties: { p: { ...property, other: 1 } } }],
    [
      400,
      /^o\/p: a property has no '__proto__'/,
      {
        objects: [{ name: "o", properties: { p: parsed('{"title":"t","type":"string","__proto__":1}') } }],
      },
    ],
    [400, /name of a property/, { properties: { "": property } }],
    [400, /at most 80 characters/, { properties: { ["x".repeat(81)]: property } }],
    [400, /levels deep/, { properties: { p: { ...property, default: deep } } }],
  ])("%i %s", (status, text, change) => {
    const body = { ...base, ...change };
    if ("namespace" in change && change.namespace === undefined) Reflect.deleteProperty(body, "namespace");
    expect(() => readNamespace(body)).toThrow(
      expect.objectContaining({ status, message: expect.stringMatching(text) }),
    );
  });
});

describe("a namespace that changes", () => {
  it("has its own fields only, with the defaults of a new one", () => {
    const body = { ...base, owner: "", tags: [{ name: "t" }], objects: [{ name: "o" }] };
    expect(readNamespaceChange(body)).toStrictEqual({
      namespace: "OS::Test",
      display_name: null,
      description: null,
      visibility: "private",
      protected: false,
    });
  });

  it("is refused as a new one is", () => {
    expect(() => readNamespaceChange({ ...base, self: "x" })).toThrow(/read-only/);
    expect(() => readNamespaceChange({ ...base, tags: 1 })).toThrow(/tags/);
    expect(() => readNamespaceChange({ namespace: "." })).toThrow(/name of a namespace/);
  });
});

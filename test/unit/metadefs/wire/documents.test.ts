import { describe, expect, it } from "vitest";
import type { NamespaceContent } from "../../../../shared/metadefs/domain/definitions.ts";
import type { Namespace } from "../../../../shared/metadefs/domain/namespace.ts";
import { associationsDocument } from "../../../../shared/metadefs/wire/association-document.ts";
import {
  createdNamespaceDocument,
  namespaceDocument,
  namespacesDocument,
  wholeNamespaceDocument,
} from "../../../../shared/metadefs/wire/namespace-document.ts";
import { changedObjectDocument, objectsDocument } from "../../../../shared/metadefs/wire/object-document.ts";
import { propertiesDocument, propertyDocument } from "../../../../shared/metadefs/wire/property-document.ts";
import { resourceTypesDocument } from "../../../../shared/metadefs/wire/resource-type-document.ts";
import { tagDocument, tagsDocument } from "../../../../shared/metadefs/wire/tag-document.ts";

const stored = { created_at: "2026-03-01T10:11:12.345Z", updated_at: "2026-03-02T10:11:12.345Z" };
const shown = { created_at: "2026-03-01T10:11:12Z", updated_at: "2026-03-02T10:11:12Z" };
const schema = { type: "string", title: "T" } as const;

const namespace: Namespace = {
  id: "i1",
  namespace: "OS::Test",
  display_name: null,
  description: "d",
  visibility: "public",
  protected: false,
  owner: "p1",
  resource_types: [
    { name: "OS::Glance::Image", prefix: "hw_", properties_target: null, ...stored },
    { name: "OS::Cinder::Volume", prefix: null, properties_target: "image", ...stored },
  ],
  revision: 3,
  ...stored,
};
const content: NamespaceContent = {
  objects: [{ name: "o", description: null, required: ["a"], properties: [["a", schema]], ...stored }],
  properties: [{ name: "p", schema, ...stored }],
  tags: [{ name: "t", ...stored }],
};
const nothing: NamespaceContent = { objects: [], properties: [], tags: [] };

const base = {
  namespace: "OS::Test",
  description: "d",
  visibility: "public",
  protected: false,
  owner: "p1",
  ...shown,
  self: "/v2/metadefs/namespaces/OS::Test",
  schema: "/v2/schemas/metadefs/namespace",
};
const associations = [
  { name: "OS::Glance::Image", prefix: "hw_", ...shown },
  { name: "OS::Cinder::Volume", properties_target: "image", ...shown },
];
const object = (prefix = "") => ({
  name: "o",
  required: [`${prefix}a`],
  properties: { [`${prefix}a`]: schema },
  ...shown,
  self: "/v2/metadefs/namespaces/OS::Test/objects/o",
  schema: "/v2/schemas/metadefs/object",
});

describe("the document of a namespace", () => {
  it("leaves out what is not set, its id and its revision", () => {
    expect(namespaceDocument(namespace)).toStrictEqual(base);
  });

  it("has all that it contains", () => {
    expect(wholeNamespaceDocument({ namespace, content })).toStrictEqual({
      ...base,
      resource_type_associations: associations,
      objects: [object()],
      properties: { p: schema },
      tags: [{ name: "t" }],
    });
  });

  it("begins with the newest of its tags", () => {
    const tags = ["a", "c", "b"].map((name) => ({ name, ...stored }));
    expect(wholeNamespaceDocument({ namespace, content: { ...content, tags } })).toMatchObject({
      tags: [{ name: "b" }, { name: "c" }, { name: "a" }],
    });
  });

  it("leaves out empty collections", () => {
    const whole = { namespace: { ...namespace, resource_types: [] }, content: nothing };
    expect(wholeNamespaceDocument(whole)).toStrictEqual(base);
  });

  it("has the prefix of the resource type that is asked for before all names of properties", () => {
    expect(wholeNamespaceDocument({ namespace, content }, "OS::Glance::Image")).toStrictEqual({
      ...base,
      resource_type_associations: associations,
      objects: [object("hw_")],
      properties: { hw_p: schema },
      tags: [{ name: "t" }],
    });
  });

  it("is as without one for a resource type that has no prefix, or that it is not associated with", () => {
    const plain = wholeNamespaceDocument({ namespace, content });
    for (const type of ["OS::Cinder::Volume", "OS::Nova::Server", "__proto__"]) {
      expect(wholeNamespaceDocument({ namespace, content }, type)).toStrictEqual(plain);
    }
  });

  it("has after its creation what it was created with, and of that what was given", () => {
    const asked = {
      ...namespace,
      resource_type_associations: namespace.resource_types,
      objects: [...content.objects, { name: "bare", description: null, required: [], properties: [] }],
      properties: [],
      tags: content.tags,
    };
    expect(createdNamespaceDocument(namespace, asked)).toStrictEqual({
      ...base,
      resource_type_associations: [
        { name: "OS::Glance::Image", prefix: "hw_" },
        { name: "OS::Cinder::Volume", properties_target: "image" },
      ],
      objects: [{ name: "o", required: ["a"], properties: { a: schema } }, { name: "bare" }],
      tags: [{ name: "t" }],
    });
  });

  it("links to a path that leads to it, whatever its name is", () => {
    for (const name of ["a/b", "a b?c#d", "ü", "100%", "a:b@c$d&e+f,g;h=i", "%2F"]) {
      const { self } = namespaceDocument({ ...namespace, namespace: name });
      const { pathname, search, hash } = new URL(self, "http://glance");
      expect([pathname.split("/").slice(4).map(decodeURIComponent), search, hash]).toEqual([[name], "", ""]);
    }
  });
});

describe("a page of namespaces", () => {
  const page = (query: string, more: boolean, namespaces = [namespace]) =>
    namespacesDocument(namespaces, new URLSearchParams(query), more);

  it("has their own fields and associations, and no content", () => {
    expect(page("", false)).toStrictEqual({
      namespaces: [{ ...base, resource_type_associations: associations }],
      first: "/v2/metadefs/namespaces",
      schema: "/v2/schemas/metadefs/namespaces",
    });
  });

  it("links to the first page without a marker, and to the next one behind its last", () => {
    const { first, next } = page("limit=1&marker=x&sort_dir=asc", true);
    expect(first).toBe("/v2/metadefs/namespaces?limit=1&sort_dir=asc");
    expect(next).toBe("/v2/metadefs/namespaces?limit=1&sort_dir=asc&marker=OS%3A%3ATest");
  });

  it("has no next one when it is empty", () => {
    expect(page("limit=0", true, [])).not.toHaveProperty("next");
  });
});

describe("the documents of what a namespace contains", () => {
  it("show objects with both lists, empty ones too, and Glance's link without a slash", () => {
    const bare = { name: "b", description: "d", required: [], properties: [], ...stored };
    expect(objectsDocument("OS::Test", [...content.objects, bare])).toStrictEqual({
      objects: [
        object(),
        {
          ...{ name: "b", description: "d", required: [], properties: {}, ...shown },
          self: "/v2/metadefs/namespaces/OS::Test/objects/b",
          schema: "/v2/schemas/metadefs/object",
        },
      ],
      schema: "v2/schemas/metadefs/objects",
    });
  });

  it("answer a change of an object without empty lists", () => {
    const bare = { name: "b", description: null, required: [], properties: [], ...stored };
    expect(changedObjectDocument("OS::Test", bare)).toStrictEqual({
      ...{ name: "b", ...shown },
      self: "/v2/metadefs/namespaces/OS::Test/objects/b",
      schema: "/v2/schemas/metadefs/object",
    });
    for (const one of content.objects) expect(changedObjectDocument("OS::Test", one)).toStrictEqual(object());
  });

  it("show a property with its name, and many by their names", () => {
    expect(propertyDocument({ name: "p", schema })).toStrictEqual({ name: "p", ...schema });
    expect(propertiesDocument(content.properties)).toStrictEqual({ properties: { p: schema } });
    expect(propertiesDocument([])).toStrictEqual({ properties: {} });
  });

  it("show a tag with its times, and many without", () => {
    expect(tagDocument({ name: "t", ...stored })).toStrictEqual({ name: "t", ...shown });
    expect(tagsDocument(content.tags)).toStrictEqual({ tags: [{ name: "t" }] });
  });

  it("show associations and resource types with their times", () => {
    expect(associationsDocument(namespace.resource_types)).toStrictEqual({
      resource_type_associations: associations,
    });
    expect(resourceTypesDocument([{ name: "r", ...stored }])).toStrictEqual({
      resource_types: [{ name: "r", ...shown }],
    });
  });
});

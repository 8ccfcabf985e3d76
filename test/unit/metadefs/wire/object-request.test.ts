import { describe, expect, it, test } from "vitest";
import { readObject, readObjectChange } from "../../../../shared/metadefs/wire/object-request.ts";

const property = { title: "t", type: "string" };
const both = [
  ["POST", readObject],
  ["PUT", readObjectChange],
] as const;

describe.each(both)("the body of %s of an object", (_method, read) => {
  it("needs a name only", () => {
    expect(read({ name: "o" })).toStrictEqual({ name: "o", description: null, required: [], properties: [] });
  });

  it("is kept as it is sent, a comma in a name too", () => {
    const body = {
      name: "o",
      description: "d".repeat(5000),
      required: ["a,b", "c"],
      properties: { a: property },
    };
    expect(read(body)).toStrictEqual({ ...body, properties: [["a", property]] });
  });

  test.each<[status: number, text: RegExp, change: Record<string, unknown>]>([
    [403, /'self' is read-only/, { self: "x" }],
    [403, /'schema' is read-only/, { schema: "x" }],
    [403, /'created_at' is read-only/, { created_at: "x" }],
    [403, /'updated_at' is read-only/, { updated_at: "x" }],
    [400, /other/, { other: 1 }],
    [400, /name/, { name: 1 }],
    [400, /name/, { name: "x".repeat(81) }],
    [400, /cannot be the name of an? object/, { name: "" }],
    [400, /description/, { description: null }],
    [400, /required\/0/, { required: [1] }],
    [400, /required/, { required: ["a", "a"] }],
    [400, /properties/, { properties: [] }],
    [400, /properties\/a/, { properties: { a: "x" } }],
    [400, /properties\/a.*"type"/, { properties: { a: { title: "t" } } }],
    [400, /other/, { properties: { a: { ...property, other: 1 } } }],
    [400, /^o\/a: enum/, { properties: { a: { ...property, enum: [1] } } }],
  ])("is refused with %i %s", (status, text, change) => {
    expect(() => read({ name: "o", ...change })).toThrow(
      expect.objectContaining({ status, message: expect.stringMatching(text) }),
    );
  });
});

describe("a confidential property of an object", () => {
  const body = { name: "o", properties: { a: { ...property, confidential: true } } };

  it("may be sent back, but not be made", () => {
    expect(readObjectChange(body).properties).toStrictEqual([["a", { ...property, confidential: true }]]);
    expect(() => readObject(body)).toThrow(/schema 'property'.*confidential/);
  });

  it("is true or false", () => {
    const change = { name: "o", properties: { a: { ...property, confidential: "yes" } } };
    expect(() => readObjectChange(change)).toThrow(/o\/a: confidential must be true or false/);
  });
});

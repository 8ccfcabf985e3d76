import { describe, expect, it, test } from "vitest";
import { readProperty } from "../../../../shared/metadefs/wire/property-request.ts";

const base = { name: "p", title: "t", type: "string" };
const schemaOf = (change: Record<string, unknown>) => readProperty({ ...base, ...change }).schema;

describe("a property", () => {
  it("is kept as it is sent", () => {
    const { name, ...schema } = {
      ...base,
      description: "d",
      operators: ["<or>"],
      readonly: true,
      minimum: -1,
      maximum: 9,
      enum: ["a", "a"],
      pattern: "(?P<python>x)",
      minLength: 0,
      maxLength: 5,
      items: { type: "number", enum: ["1"] },
      uniqueItems: true,
      minItems: 1,
      maxItems: 2,
      additionalItems: false,
      default: "x",
    };
    expect(readProperty({ ...schema, name })).toStrictEqual({ name, schema });
  });

  test.each<[given: unknown, kept: string | undefined]>([
    ["", ""],
    ["ü😀", "ü😀"],
    [80, "80"],
    [-0.5, "-0.5"],
    [1e21, "1e+21"],
    [true, "True"],
    [false, "False"],
    [["a", 1], '["a",1]'],
    [{ a: null }, '{"a":null}'],
    [null, undefined],
  ])("has the default %j as the text %j", (given, kept) => {
    expect(schemaOf({ default: given }).default).toBe(kept);
  });

  test.each([
    [1.5, 1],
    [-1.5, -1],
    [-0.5, 0],
    [2 ** 53 - 1, 2 ** 53 - 1],
  ])("has the bound %d as the whole number %d", (given, kept) => {
    expect(schemaOf({ minimum: given, maximum: given })).toMatchObject({ minimum: kept, maximum: kept });
  });
});

describe("what a property is refused for, and the place of it", () => {
  test.each<[status: number, text: RegExp, change: Record<string, unknown>]>([
    [403, /'created_at' is read-only/, { created_at: "x" }],
    [403, /'updated_at' is read-only/, { updated_at: "x" }],
    [400, /self/, { self: "x" }],
    [400, /confidential/, { confidential: true }],
    [400, /toString/, { toString: "x" }],
    [400, /"name"/, { name: undefined }],
    [400, /"title"/, { title: undefined }],
    [400, /"type"/, { type: undefined }],
    [400, /name/, { name: "x".repeat(81) }],
    [400, /'\.' cannot be the name of a property/, { name: "." }],
    [400, /schema 'property': type/, { type: "text" }],
    [400, /type/, { type: null }],
    [400, /operators\/0/, { operators: [1] }],
    [400, /operators/, { operators: "<or>" }],
    [400, /readonly/, { readonly: 1 }],
    [400, /minimum/, { minimum: "1" }],
    [400, /p: maximum must be between/, { maximum: 2 ** 53 }],
    [400, /p: minimum must be between/, { minimum: Number.NEGATIVE_INFINITY }],
    [400, /minLength/, { minLength: -1 }],
    [400, /maxLength/, { maxLength: 1.5 }],
    [400, /p: maxItems must be/, { maxItems: 1e300 }],
    [400, /^p: a property has no 'required'/, { required: ["a"] }],
    [400, /required/, { required: [] }],
    [400, /required/, { required: ["a", "a"] }],
    [400, /p: enum must be a list of strings/, { enum: ["a", 1] }],
    [400, /enum/, { enum: "a" }],
    [400, /more than 1000 entries/, { enum: Array.from({ length: 1001 }, String) }],
    [400, /p: items has no type/, { items: {} }],
    [400, /items\/type/, { items: { type: "x" } }],
    [400, /p: items has only type and enum/, { items: { type: "string", __other: 1 } }],
    [400, /p: items must be a list of strings/, { items: { type: "string", enum: [null] } }],
    [400, /p: default is no number/, { default: Number.POSITIVE_INFINITY }],
    [400, /uniqueItems/, { uniqueItems: "yes" }],
    [400, /additionalItems/, { additionalItems: {} }],
  ])("%i %s", (status, text, change) => {
    const entries = Object.entries({ ...base, ...change }).filter(([, value]) => value !== undefined);
    expect(() => readProperty(Object.fromEntries(entries))).toThrow(
      expect.objectContaining({ status, message: expect.stringMatching(text) }),
    );
  });
});

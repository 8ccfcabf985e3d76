import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BoundNamespace, contradictionsOf } from "../../../../shared/metadefs/domain/contradictions.ts";
import type { PropertySchema } from "../../../../shared/metadefs/domain/definitions.ts";

const at = "2026-01-01T00:00:00.000Z";
const times = { created_at: at, updated_at: at };
const bound = (
  schemas: Readonly<Record<string, Partial<PropertySchema>>>,
  about: Partial<BoundNamespace> = {},
): BoundNamespace => ({
  namespace: "Ours",
  prefix: "",
  properties: Object.entries(schemas).map(([name, schema]) => ({
    name,
    schema: { type: "string", title: `Title of ${name}`, ...schema },
    ...times,
  })),
  objects: [],
  ...about,
});
const judge = (value: string, schema: Partial<PropertySchema>) =>
  contradictionsOf([["it", value]], [bound({ it: schema })]).map(({ problem, message }) => [
    problem,
    message,
  ]);

describe("a value against its definition", () => {
  it.each<[string, string, Partial<PropertySchema>]>([
    ["an integer", "-12", { type: "integer" }],
    ["a number", "1.5e3", { type: "number" }],
    ["booleans as services read them", "Yes", { type: "boolean" }],
    ["a number at its bounds", "4", { type: "integer", minimum: 4, maximum: 4 }],
    ["one of the enum", "ide", { enum: ["ide", "virtio"] }],
    ["a text of astral characters, counted once each", "😀😀", { minLength: 2, maxLength: 2 }],
    ["a pattern", "ab12", { pattern: "^[a-z]+\\d+$" }],
    ["a pattern of another language judges nothing", "x", { pattern: "(?P<n>a)" }],
    [
      "a list",
      "a, b",
      { type: "array", items: { type: "string", enum: ["a", "b"] }, minItems: 2, maxItems: 2 },
    ],
    ["an empty list", "", { type: "array", items: { type: "integer" } }],
    [
      "operands of a named operator",
      "<or> ide <or> virtio",
      { enum: ["ide", "virtio"], operators: ["<or>"] },
    ],
    ["the operand of a comparison", ">= 4", { type: "integer", operators: [">", ">="], minimum: 4 }],
  ])("takes %s", (_, value, schema) => {
    expect(judge(value, schema)).toEqual([]);
  });

  it.each<[string, Partial<PropertySchema>, string, string]>([
    ["two", { type: "integer" }, "type", "it must be an integer."],
    ["1.5", { type: "integer" }, "type", "it must be an integer."],
    ["0x10", { type: "number" }, "type", "it must be a number."],
    ["maybe", { type: "boolean" }, "type", "it must be true or false."],
    ["3", { type: "integer", minimum: 4, maximum: 8 }, "range", "it must be at least 4 and at most 8."],
    ["9", { type: "number", maximum: 8 }, "range", "it must be at most 8."],
    ["scsi", { enum: ["ide", "virtio"] }, "enum", "it must be one of ide, virtio."],
    ["", { minLength: 1 }, "length", "it must be 1 or more characters long."],
    ["abc", { maxLength: 2 }, "length", "it must be 0 to 2 characters long."],
    ["12", { pattern: "^[a-z]+$" }, "pattern", "it must be like ^[a-z]+$."],
    [
      "a,c",
      { type: "array", items: { type: "string", enum: ["a", "b"] } },
      "items",
      "it must be a list with commas, each entry one of a, b.",
    ],
    ["a,b,c", { type: "array", maxItems: 2 }, "items", "it must be a list of 0 to 2 entries."],
    ["a,a", { type: "array", uniqueItems: true }, "items", "it must be a list that has no entry twice."],
    ["<or> ide <or> scsi", { enum: ["ide"], operators: ["<or>"] }, "enum", "it must be one of ide."],
    ["= scsi", { enum: ["ide"], operators: ["="] }, "enum", "it must be one of ide."],
    ["<or> ide", { enum: ["ide"] }, "enum", "it must be one of ide."],
  ])("says what is wrong with %j", (value, schema, problem, message) => {
    expect(judge(value, schema)).toEqual([[problem, message]]);
  });

  it("judges any value of any drawn schema without throwing, and the same twice", () => {
    const schema = fc.record(
      {
        type: fc.constantFrom("array", "boolean", "integer", "number", "object", "string"),
        title: fc.string(),
        pattern: fc.constantFrom("^a*$", "(", "[a-z]", "(?P<x>y)"),
        enum: fc.array(fc.string()),
        operators: fc.array(fc.constantFrom("<in>", "<or>", "=", "s==")),
        minimum: fc.integer(),
        maxLength: fc.nat(20),
        minItems: fc.nat(3),
      },
      { requiredKeys: ["type", "title"] },
    ) as fc.Arbitrary<PropertySchema>;
    fc.assert(
      fc.property(fc.string(), schema, (value, drawn) => {
        expect(judge(value, drawn)).toEqual(judge(value, drawn));
      }),
    );
  });
});

describe("properties against namespaces", () => {
  it("are found behind the prefix, in objects too, whatever they are called", () => {
    const namespace: BoundNamespace = {
      ...bound({ cpus: { type: "integer" } }, { prefix: "hw_" }),
      objects: [
        {
          name: "Memory",
          description: null,
          required: [],
          properties: [["__proto__", { type: "integer", title: "Odd", description: "about it" }]],
          ...times,
        },
      ],
    };
    const found = contradictionsOf(
      [
        ["hw_cpus", "many"],
        ["hw___proto__", "x"],
        ["cpus", "unprefixed ones are others"],
      ],
      [namespace],
    );
    expect(found.map(({ property, title, description }) => [property, title, description])).toEqual([
      ["hw_cpus", "Title of cpus", null],
      ["hw___proto__", "Odd", "about it"],
    ]);
  });

  it("are right when one of several definitions takes them, else told by each", () => {
    const loose = bound({ hw_x: { enum: ["a", "b"] } }, { namespace: "Loose" });
    const strict = bound({ x: { enum: ["a"] } }, { namespace: "Strict", prefix: "hw_" });
    expect(contradictionsOf([["hw_x", "b"]], [loose, strict])).toEqual([]);
    const both = contradictionsOf([["hw_x", "c"]], [loose, strict]);
    expect(both.map(({ namespace }) => namespace)).toEqual(["Loose", "Strict"]);
  });

  it("are unknown only under a prefix, and told once, by the most particular namespace", () => {
    const wide = bound({ known: {} }, { namespace: "Wide", prefix: "hw_" });
    const narrow = bound({ other: {} }, { namespace: "Narrow", prefix: "hw_cpu_" });
    const found = contradictionsOf(
      [
        ["hw_cpu_typo", "1"],
        ["hw_known", "fine"],
        ["constructor", "no prefix"],
        ["hw_gone", null],
      ],
      [wide, narrow],
    );
    expect(found).toEqual([
      {
        property: "hw_cpu_typo",
        value: "1",
        problem: "unknown",
        namespace: "Narrow",
        title: null,
        description: null,
        message: "hw_cpu_typo is defined nowhere, though hw_cpu_ is the prefix of Narrow.",
      },
    ]);
  });
});

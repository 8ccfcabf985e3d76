export const property = { type: "string", title: "T" };
export const x = (length: number): string => "x".repeat(length);

/** Of each type, and of lengths around the bounds. */
export const values: readonly unknown[] = [null, true, 1.5, "", x(81), x(501), ["a"], { a: 1 }];
/** One of each type but text. */
const others: readonly unknown[] = [null, true, 1.5, ["a"], { a: 1 }];
export const texts: readonly unknown[] = ["ü", "\u{1F600}", "a\u0000b", " ", "a,b", "a\nb", x(80), x(255)];
const times = ["created_at", "updated_at"] as const;
const readOnly = [...times, "self", "schema"] as const;
const unknown = ["id", "deleted", "unknown", "__proto__", "constructor", ""] as const;

export interface Field {
  readonly key: string;
  readonly values: readonly unknown[];
}
const each = (keys: readonly string[], some: readonly unknown[]): Field[] =>
  keys.map((key) => ({ key, values: some }));

export const ofNamespace: readonly Field[] = [
  { key: "display_name", values: [...values, ...texts] },
  ...each(["description", "owner"], [...others, "", x(255), x(501)]),
  { key: "visibility", values: [...others, "", "public", "private", "shared", "community", "PUBLIC"] },
  { key: "protected", values: [...others, false, "true", "false", 1] },
  ...each(readOnly, [null, "x"]),
  ...each(unknown, [null, "x"]),
];
export const ofNew: readonly Field[] = [
  {
    key: "properties",
    values: [
      ...others,
      { p: null },
      { p: {} },
      { p: { type: "string" } },
      { p: { title: "T" } },
      { p: [] },
      { p: { ...property, unknown: 1 } },
      { p: { ...property, name: "other" } },
      { p: { ...property, default: 5 } },
      { p: { ...property, enum: [1, 2] } },
      { "": property },
      { " ": property },
      { [x(80)]: property },
      { [x(81)]: property },
      { ü: property },
      { "\u{1F600}": property },
      { "a/b": property },
      { "a\u0000b": property },
      { constructor: property, toString: property },
      { a: property, A: property },
    ],
  },
  {
    key: "objects",
    values: [
      ...others,
      [null],
      [{}],
      [[]],
      [{ name: "o" }],
      [{ name: "o", unknown: 1 }],
      [{ name: "o", created_at: "x" }],
      [{ name: "o", self: "x" }],
      [{ name: "o", required: ["a", "b"] }],
      [{ name: "o", required: ["a", "a"] }],
      [{ name: "o", required: "a" }],
      [{ name: "o", properties: {} }],
      [{ name: "o", properties: { p: property } }],
      [{ name: "o", properties: { p: {} } }],
      [{ name: "o", properties: { p: { ...property, unknown: 1 } } }],
      [{ name: "o", properties: [] }],
      [{ name: "o", description: 1 }],
      [{ name: "o", description: x(600) }],
      [{ name: x(81) }],
      [{ name: "" }],
      [{ name: 5 }],
      [{ name: "o" }, { name: "o" }],
      [{ name: "o" }, { name: "O" }],
      [{ name: "o", description: null }],
    ],
  },
  {
    key: "tags",
    values: [
      ...others,
      [null],
      [{}],
      [{ name: "t" }],
      [{ name: "t", unknown: 1 }],
      [{ name: "t", created_at: "x" }],
      [{ name: x(81) }],
      [{ name: "" }],
      [{ name: 5 }],
      [{ name: "t" }, { name: "t" }],
      [{ name: "t" }, { name: "T" }],
      [{ name: "z" }, { name: "a" }, { name: "m" }],
    ],
  },
  {
    key: "resource_type_associations",
    values: [
      ...others,
      [null],
      [{}],
      [{ name: "kind" }],
      [{ name: "kind", prefix: "p_" }],
      [{ name: "kind", prefix: null }],
      [{ name: "kind", prefix: "" }],
      [{ name: "kind", prefix: 1 }],
      [{ name: "kind", prefix: x(81) }],
      [{ name: "kind", properties_target: "image" }],
      [{ name: "kind", properties_target: "" }],
      [{ name: "kind", properties_target: x(81) }],
      [{ name: "kind", unknown: 1 }],
      [{ name: "kind", created_at: "2001-01-01T00:00:00Z" }],
      [{ name: x(81) }],
      [{ name: "" }],
      [{ name: 5 }],
      [{ name: "kind" }, { name: "kind" }],
      [
        { name: "kind", prefix: "a" },
        { name: "other", prefix: "b" },
      ],
    ],
  },
];
export const ofObject: readonly Field[] = [
  { key: "description", values: [...values, ...texts] },
  {
    key: "required",
    values: [...values, ["a", "b"], ["a", "a"], ["a,b", "c"], [""], [" a "], [1], [x(300)], ["ü"]],
  },
  {
    key: "properties",
    values: [
      ...values,
      { p: property },
      { p: {} },
      { p: null },
      { p: { ...property, unknown: 1 } },
      { p: { ...property, name: "p" } },
      { p: { ...property, name: "other" } },
      { p: { ...property, required: ["a"] } },
      { p: { ...property, default: 5 } },
      { p: { ...property, enum: [1] } },
      { p: { ...property, items: { type: "string", enum: ["a"] } } },
      { "": property },
      { [x(81)]: property },
      { constructor: property },
      { p: property, P: property },
    ],
  },
  ...each(readOnly, [null, "x"]),
  ...each(unknown, [null, "x"]),
];
export const ofProperty: readonly Field[] = [
  {
    key: "type",
    values: [
      ...values,
      ...["array", "boolean", "integer", "number", "object", "string", "null", "any", "STRING"],
      ["string", "integer"],
    ],
  },
  { key: "title", values: [...values, ...texts] },
  { key: "description", values: [...others, "", x(501)] },
  { key: "operators", values: [...values, ["<in>", "<or>"], ["a", "a"], [1], [null]] },
  {
    key: "default",
    values: [...values, false, 1e20, 123456789012345680, -1.5, "ü", ["a", "b"], { b: null }],
  },
  { key: "readonly", values: [null, 1, true, false, "true"] },
  { key: "required", values: [...values, ["a", "b"], ["a", "a"], [1]] },
  { key: "maximum", values: [null, 2.5] },
  ...each(["minimum"], [...others, -1, 1e20, 9.99, -0.5, "5"]),
  { key: "enum", values: [...values, ["a", "b"], ["a", "a"], [1], [true], [null], [["a"]], ["a", 1], [""]] },
  { key: "pattern", values: [...values, "^[a-z]+$", "(", "[", "(?P<x>a)", "a{99999}", "(a+)+$"] },
  ...each(["minLength", "maxItems"], [...others, 1, -1, 1e20, "1", 2.0]),
  ...each(["maxLength", "minItems"], [null, 1, -1, 1.5]),
  ...each(["uniqueItems", "additionalItems"], [null, 1, false, "true"]),
  {
    key: "items",
    values: [
      ...values,
      { type: "string" },
      { type: "string", enum: ["a", "b"] },
      { type: "string", enum: [1] },
      { type: "any" },
      { enum: ["a"] },
      { type: "string", unknown: 1 },
      [{ type: "string" }],
    ],
  },
  { key: "confidential", values: [true, false, null, "x"] },
  ...each(readOnly, [null, "x"]),
  ...each(unknown, [null, "x"]),
];
export const ofAssociation: readonly Field[] = [
  { key: "prefix", values: [...values, ...texts] },
  { key: "properties_target", values: [...others, "", x(81)] },
  ...each(readOnly, [null, "x", "2001-01-01T00:00:00Z"]),
  ...each(unknown, [null, "x"]),
];

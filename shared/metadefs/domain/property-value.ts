import type { PropertySchema, PropertyType } from "./definitions.ts";

/** What a value does wrong, and what is allowed instead, as the end of the sentence "it must be …". */
export interface Problem {
  readonly problem: "type" | "enum" | "range" | "length" | "pattern" | "items";
  readonly allowed: string;
}

/** As oslo.utils reads a boolean strictly (strutils.bool_from_string, strict=True): what services do with images' texts. */
const booleans = new Set("true t on y yes 1 false f off n no 0".split(" "));

const forms: Readonly<
  Record<PropertyType, { readonly is: (value: string) => boolean; readonly named: string }>
> = {
  integer: { is: (value) => /^[+-]?\d+$/.test(value), named: "an integer" },
  number: { is: (value) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value), named: "a number" },
  boolean: { is: (value) => booleans.has(value.trim().toLowerCase()), named: "true or false" },
  string: { is: () => true, named: "a text" },
  array: { is: () => true, named: "a list" },
  object: { is: () => true, named: "an object" },
};

const listed = (values: readonly string[]): string =>
  `one of ${values.slice(0, 20).join(", ")}${values.length > 20 ? ", …" : ""}`;

function rangeProblem(value: number, { minimum, maximum }: PropertySchema): Problem | undefined {
  if ((minimum === undefined || value >= minimum) && (maximum === undefined || value <= maximum))
    return undefined;
  const bounds = [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
  ];
  return { problem: "range", allowed: bounds.join(" and ") };
}

function lengthProblem(
  value: string,
  { minLength = 0, maxLength = Infinity }: PropertySchema,
): Problem | undefined {
  const characters = [...value].length;
  if (characters >= minLength && characters <= maxLength) return undefined;
  const upTo = maxLength === Infinity ? "or more" : `to ${maxLength}`;
  return { problem: "length", allowed: `${minLength} ${upTo} characters long` };
}

/** A pattern that is none in JavaScript judges nothing: it was written for another language. */
function patternProblem(value: string, { pattern }: PropertySchema): Problem | undefined {
  if (pattern === undefined) return undefined;
  try {
    return new RegExp(pattern).test(value) ? undefined : { problem: "pattern", allowed: `like ${pattern}` };
  } catch {
    return undefined;
  }
}

/** One value of a type, whatever list it stands in. */
function scalarProblem(value: string, type: PropertyType, values?: readonly string[]): Problem | undefined {
  const { is, named } = forms[type];
  if (!is(value)) return { problem: "type", allowed: named };
  return values && !values.includes(value) ? { problem: "enum", allowed: listed(values) } : undefined;
}

/** Lists stand in images' properties as texts with commas. */
function arrayProblem(value: string, schema: PropertySchema): Problem | undefined {
  const { items, minItems = 0, maxItems = Infinity, uniqueItems } = schema;
  const parts = value.split(",").map((part) => part.trim());
  const entries = value.trim() === "" ? [] : parts;
  for (const entry of items ? entries : []) {
    const found = items && scalarProblem(entry, items.type, items.enum);
    if (found) return { problem: "items", allowed: `a list with commas, each entry ${found.allowed}` };
  }
  if (entries.length < minItems || entries.length > maxItems) {
    const upTo = maxItems === Infinity ? "or more" : `to ${maxItems}`;
    return { problem: "items", allowed: `a list of ${minItems} ${upTo} entries` };
  }
  return uniqueItems && new Set(entries).size < entries.length
    ? { problem: "items", allowed: "a list that has no entry twice" }
    : undefined;
}

/** What is wrong with one value, operators taken off; undefined when nothing is. */
export function valueProblem(value: string, schema: PropertySchema): Problem | undefined {
  if (schema.type === "array") return arrayProblem(value, schema);
  const found = scalarProblem(value, schema.type, schema.enum);
  if (found) return found;
  if (schema.type === "integer" || schema.type === "number") return rangeProblem(Number(value), schema);
  return schema.type === "string"
    ? (lengthProblem(value, schema) ?? patternProblem(value, schema))
    : undefined;
}

import { BadRequest } from "../../errors.ts";
import { isJsonObject, type JsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import { checkDefinitionName } from "../domain/definition-name.ts";
import type { PropertySchema, PropertyType } from "../domain/definitions.ts";
import type { NewProperty } from "../domain/new-definitions.ts";
import { refuseTooMuch } from "./body-bounds.ts";
import { schemaCheck } from "./schema-check.ts";
import { propertySchema } from "./schemas/property-schema.ts";

/** Kept as they are: the schema has said of which type they are. */
const plain = ["type", "title", "description", "operators", "readonly", "pattern"] as const;
const flags = ["uniqueItems", "additionalItems", "confidential"] as const;
const amounts = ["minLength", "maxLength", "minItems", "maxItems"] as const;
const limits = ["minimum", "maximum"] as const;
const known = new Set<string>([
  ...[...plain, ...flags, ...amounts, ...limits],
  ...["default", "enum", "items", "name"],
]);

type Refuse = (reason: string) => BadRequest;

/** Glance keeps whole numbers only. Beyond 2^53 another number would be kept than was sent. */
function wholeNumber(value: unknown, refuse: Refuse): number {
  const whole = Math.trunc(value as number) + 0;
  if (!Number.isSafeInteger(whole)) throw refuse("must be between -(2^53 - 1) and 2^53 - 1");
  return whole;
}

/** As Glance writes it, with Python's words; lists and objects, which Glance loses, as JSON. */
function defaultText(value: unknown, refuse: Refuse): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "number") return JSON.stringify(value);
  if (!Number.isFinite(value)) throw refuse("is no number that can be kept");
  return String(value);
}

function texts(value: unknown, refuse: Refuse): readonly string[] {
  if (!Array.isArray(value) || value.some((entry) => typeof entry !== "string")) {
    throw refuse("must be a list of strings");
  }
  return value as string[];
}

function flag(value: unknown, refuse: Refuse): boolean {
  if (typeof value !== "boolean") throw refuse("must be true or false");
  return value;
}

function itemsOf(value: unknown, refuse: Refuse): NonNullable<PropertySchema["items"]> {
  const other = isJsonObject(value) && Object.keys(value).find((key) => key !== "type" && key !== "enum");
  if (!isJsonObject(value) || (other !== false && other !== undefined))
    throw refuse("has only type and enum");
  const type = ownValue(value, "type");
  if (type === undefined) throw refuse("has no type");
  const given = ownValue(value, "enum");
  return {
    type: type as PropertyType,
    ...(given === undefined ? {} : { enum: texts(given, refuse) }),
  };
}

/** How each member is read that is not kept as it is. */
const readers = new Map<string, (value: unknown, refuse: Refuse) => unknown>([
  ...flags.map((name) => [name, flag] as const),
  ...[...amounts, ...limits].map((name) => [name, wholeNumber] as const),
  ["default", defaultText],
  ["enum", texts],
  ["items", itemsOf],
]);

/**
 * What a property may be, from a body that its schema has passed. `place` begins the text of a refusal, which is a
 * BadRequest; Glance answers some of these with 500 (docs/reference/metadefs-api.md, "Properties").
 */
export function readPropertySchema(place: string, body: JsonObject): PropertySchema {
  const entries = Object.entries(body).flatMap(([name, value]): [string, unknown][] => {
    if (!known.has(name)) throw new BadRequest(`${place}: a property has no '${name}'.`);
    // A name that is not the key is not kept.
    if (name === "name" || value === null) return [];
    const read = readers.get(name);
    return [[name, read ? read(value, (reason) => new BadRequest(`${place}: ${name} ${reason}.`)) : value]];
  });
  return Object.fromEntries(entries) as unknown as PropertySchema;
}

const check = schemaCheck(propertySchema, ["created_at", "updated_at"]);

/** The body of POST and PUT of a property. Throws BadRequest, and Forbidden for what only the service sets. */
export function readProperty(body: JsonObject): NewProperty {
  refuseTooMuch(body);
  check(body);
  const name = ownValue(body, "name") as string;
  checkDefinitionName("a property", name);
  return { name, schema: readPropertySchema(name, body) };
}

import type { JsonObject } from "../../shared/json-object.ts";
import { ownValue } from "../../shared/own-value.ts";
import type { Association, NamespaceBase, ObjectDefinition } from "../openstack/namespace-definitions.ts";

/** What the API keeps of a property (Glance's schema of a property); other keys of a file count for nothing. */
const propertyKeys = [
  ...["type", "title", "description", "operators", "default", "readonly", "minimum", "maximum", "enum"],
  ...["pattern", "minLength", "maxLength", "confidential", "items", "uniqueItems", "minItems", "maxItems"],
  "additionalItems",
];

/** A value as a text in which equal ones are equal, whatever the order of their keys. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== null && member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${textOf(member)}`).join()}}`;
}

const pythonWords = new Map<unknown, string>([
  [true, "True"],
  [false, "False"],
]);

/** As the API keeps the value of a key: a default as a text, with Python's words, and of a number its whole part. */
function keptValue(key: string, value: unknown): unknown {
  if (key === "default" && typeof value !== "string") return pythonWords.get(value) ?? textOf(value);
  const isCut = (key === "minimum" || key === "maximum") && typeof value === "number";
  return isCut ? Math.trunc(value) : value;
}

/** A property as the API keeps it; what is null is not set. */
function keptForm(schema: JsonObject): string {
  const members = propertyKeys.flatMap((key) => {
    const value = ownValue(schema, key);
    return value === undefined || value === null ? [] : [[key, keptValue(key, value)]];
  });
  return textOf(Object.fromEntries(members));
}

/** Whether the API would keep both properties alike. */
export const isSameProperty = (one: JsonObject, other: JsonObject): boolean =>
  keptForm(one) === keptForm(other);

export const isSameAssociation = (one: Association, other: Association): boolean =>
  (one.prefix ?? "") === (other.prefix ?? "") &&
  (one.properties_target ?? "") === (other.properties_target ?? "");

/** The order of what an object requires says nothing. */
export function isSameObject(one: ObjectDefinition, other: ObjectDefinition): boolean {
  if ((one.description ?? "") !== (other.description ?? "")) return false;
  if (textOf([...one.required].sort()) !== textOf([...other.required].sort())) return false;
  return (
    one.properties.size === other.properties.size &&
    [...one.properties].every(([name, schema]) => {
      const there = other.properties.get(name);
      return there !== undefined && isSameProperty(schema, there);
    })
  );
}

/** Whether what is there is what is wanted; where that names no owner, any is right. */
export const isSameBase = (wanted: NamespaceBase, there: NamespaceBase): boolean =>
  (wanted.display_name ?? "") === (there.display_name ?? "") &&
  (wanted.description ?? "") === (there.description ?? "") &&
  (wanted.visibility ?? "private") === (there.visibility ?? "private") &&
  wanted.protected === there.protected &&
  (wanted.owner === undefined || wanted.owner === there.owner);

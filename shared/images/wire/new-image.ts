import {
  isBaseAttribute,
  ReadOnlyAttribute,
  ReservedAttribute,
  readOnlyAttributes,
  refuseReserved,
} from "../domain/image-attributes.ts";
import type { NewImage } from "../operations/create-image.ts";
import type { AttributeCheck } from "./attribute-schema.ts";

// Refused before the schema is even looked at (docs/reference/image-api.md, "Create").
const disallowed = ["direct_url", "self", "file", "schema", "stores"];

/** The body of POST /images as attributes and custom properties, checked in Glance's order. */
export function newImage(body: Record<string, unknown>, check: AttributeCheck): NewImage {
  for (const name of disallowed) if (Object.hasOwn(body, name)) throw new ReadOnlyAttribute(name);
  for (const [name, value] of Object.entries(body)) check(name, value);
  for (const name of Object.keys(body)) {
    if (name === "locations") throw new ReservedAttribute(name);
    refuseReserved(name);
  }
  const named = Object.entries(body).filter(([name]) => !readOnlyAttributes.has(name));
  const attributes = Object.fromEntries(named.filter(([name]) => isBaseAttribute(name)));
  const properties = Object.fromEntries(
    named.filter(([name]) => !isBaseAttribute(name)) as [string, string | null][],
  );
  if (Array.isArray(attributes.tags)) attributes.tags = [...new Set(attributes.tags as string[])];
  const readOnly = Object.keys(body).filter((name) => readOnlyAttributes.has(name));
  return { ...attributes, properties, ...(readOnly.length > 0 && { readOnly }) };
}

import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import { BadRequest, Forbidden } from "../../errors.ts";
import type { JsonObject } from "../../json-object.ts";

// Glance's validator knows no formats either: a pattern is in Python's syntax, which JavaScript need not understand.
const withoutFormats = (schema: object): Schema =>
  JSON.parse(JSON.stringify(schema, (key, value) => (key === "format" ? undefined : value))) as Schema;

/** The most exact message is the last one: those before only say which keywords led there. */
function reason(errors: readonly OutputUnit[]): string {
  const innermost = errors.at(-1);
  const place = (innermost?.instanceLocation ?? "#").slice(2);
  return `${place && `${place}: `}${innermost?.error ?? "not valid"}`;
}

/**
 * Checks a body, or a part of one, against the schema of this name. Throws Forbidden for a member that only the
 * service sets, else BadRequest with the place and the reason.
 */
export function schemaCheck(
  schema: { readonly name: string; readonly [keyword: string]: unknown },
  readOnly: readonly string[] = [],
): (body: JsonObject) => void {
  const validator = new Validator(withoutFormats(schema), "2020-12");
  return (body) => {
    for (const name of readOnly) {
      if (Object.hasOwn(body, name)) throw new Forbidden(`Attribute '${name}' is read-only.`);
    }
    const { valid, errors } = validator.validate(body);
    if (!valid) {
      throw new BadRequest(`Provided object does not match schema '${schema.name}': ${reason(errors)}`);
    }
  };
}

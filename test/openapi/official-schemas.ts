import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import { parse } from "yaml";

const read = (name: string): unknown =>
  parse(readFileSync(join(import.meta.dirname, "schemas", name), "utf8"));

const META = "https://json-schema.org/draft/2020-12/schema";

/** The validator knows no dynamic references; these all lead to the one meta-schema. */
const withStaticReferences = (schema: unknown): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"$dynamicRef":"#meta"', `"$ref":"${META}"`)) as Schema;

/** The most exact messages alone: those above them only say which keyword led there. */
const messages = (errors: readonly OutputUnit[]): string[] =>
  errors.slice(-3).map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);

/** What is wrong with an OpenAPI 3.1 document, its schemas included, by the official schemas. */
export function documentFaults(document: unknown): string[] {
  const validator = new Validator(withStaticReferences(read("openapi-3.1.yaml")), "2020-12");
  for (const schema of read("json-schema-2020-12.json") as unknown[])
    validator.addSchema(withStaticReferences(schema));
  const { valid, errors } = validator.validate(document);
  return valid ? [] : messages(errors);
}

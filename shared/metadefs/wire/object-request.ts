import type { JsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import { checkDefinitionName } from "../domain/definition-name.ts";
import type { NewObject } from "../domain/new-definitions.ts";
import { refuseTooMuch } from "./body-bounds.ts";
import { readPropertySchema } from "./property-request.ts";
import { schemaCheck } from "./schema-check.ts";
import { objectSchema } from "./schemas/object-schema.ts";
import { namelessPropertySchema, propertyDefinitions } from "./schemas/property-schema.ts";

const checkProperty = schemaCheck({ ...namelessPropertySchema, definitions: propertyDefinitions });
const checkNested = schemaCheck(objectSchema);
const check = schemaCheck(objectSchema, ["self", "schema", "created_at", "updated_at"]);

const propertiesOf = (body: JsonObject) =>
  Object.entries((ownValue(body, "properties") ?? {}) as Readonly<Record<string, JsonObject>>);

function objectOf(body: JsonObject): NewObject {
  const name = ownValue(body, "name") as string;
  checkDefinitionName("an object", name);
  return {
    name,
    description: (ownValue(body, "description") as string | undefined) ?? null,
    required: (ownValue(body, "required") as string[] | undefined) ?? [],
    properties: propertiesOf(body).map(([key, property]) => [
      key,
      readPropertySchema(`${name}/${key}`, property),
    ]),
  };
}

/** An object inside a namespace that is created; what only the service sets is not looked at, as in Glance. */
export function readNestedObject(body: JsonObject): NewObject {
  checkNested(body);
  return objectOf(body);
}

/** The body of PUT of an object. Throws BadRequest, and Forbidden for what only the service sets. */
export function readObjectChange(body: JsonObject): NewObject {
  refuseTooMuch(body);
  check(body);
  return objectOf(body);
}

/** The body of POST of an object: its properties have no `confidential`, which a PUT may have. Throws as PUT does. */
export function readObject(body: JsonObject): NewObject {
  refuseTooMuch(body);
  check(body);
  for (const [, property] of propertiesOf(body)) checkProperty(property);
  return objectOf(body);
}

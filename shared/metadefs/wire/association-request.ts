import type { JsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import { checkDefinitionName } from "../domain/definition-name.ts";
import type { NewAssociation } from "../domain/new-association.ts";
import { schemaCheck } from "./schema-check.ts";
import { resourceTypeSchema } from "./schemas/resource-type-schema.ts";

const check = schemaCheck(resourceTypeSchema, ["created_at", "updated_at"]);
const checkNested = schemaCheck(resourceTypeSchema);

function associationOf(body: JsonObject): NewAssociation {
  const name = ownValue(body, "name") as string;
  checkDefinitionName("a resource type", name);
  return {
    name,
    prefix: (ownValue(body, "prefix") as string | undefined) ?? null,
    properties_target: (ownValue(body, "properties_target") as string | undefined) ?? null,
  };
}

/** An association inside a namespace that is created. Throws BadRequest. */
export function readNestedAssociation(body: JsonObject): NewAssociation {
  checkNested(body);
  return associationOf(body);
}

/** The body of POST of an association. Throws BadRequest, and Forbidden for what only the service sets. */
export function readAssociation(body: JsonObject): NewAssociation {
  check(body);
  return associationOf(body);
}

import type { JsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import { checkDefinitionName } from "../domain/definition-name.ts";
import { distinctNames } from "../domain/distinct-names.ts";
import type { NamespaceVisibility } from "../domain/namespace.ts";
import type { NewProperty } from "../domain/new-definitions.ts";
import type { NamespaceBase, NewNamespace } from "../domain/new-namespace.ts";
import { readNestedAssociation } from "./association-request.ts";
import { refuseTooMuch } from "./body-bounds.ts";
import { readNestedObject } from "./object-request.ts";
import { readPropertySchema } from "./property-request.ts";
import { schemaCheck } from "./schema-check.ts";
import { namespaceSchema } from "./schemas/namespace-schema.ts";
import { readNestedTag } from "./tag-request.ts";

const check = schemaCheck(namespaceSchema, ["self", "schema", "created_at", "updated_at"]);

const text = (body: JsonObject, name: string): string | null =>
  (ownValue(body, name) as string | undefined) ?? null;

function baseOf(body: JsonObject): NamespaceBase {
  const namespace = ownValue(body, "namespace") as string;
  checkDefinitionName("a namespace", namespace);
  const owner = text(body, "owner");
  return {
    namespace,
    display_name: text(body, "display_name"),
    description: text(body, "description"),
    visibility: (ownValue(body, "visibility") as NamespaceVisibility | undefined) ?? "private",
    protected: (ownValue(body, "protected") as boolean | undefined) ?? false,
    // An empty owner is nobody: as if none was named.
    ...(owner ? { owner } : {}),
  };
}

/** The body of PUT of a namespace; content in it is checked by the schema and not looked at further, as in Glance. */
export function readNamespaceChange(body: JsonObject): NamespaceBase {
  refuseTooMuch(body);
  check(body);
  return baseOf(body);
}

/** The entries of a list, each read. */
const entries = <Entry extends { readonly name: string }>(
  body: JsonObject,
  member: string,
  read: (entry: JsonObject) => Entry,
): readonly Entry[] =>
  distinctNames(member, ((ownValue(body, member) ?? []) as readonly JsonObject[]).map(read));

function propertiesOf(body: JsonObject): readonly NewProperty[] {
  const properties = (ownValue(body, "properties") ?? {}) as Readonly<Record<string, JsonObject>>;
  return Object.entries(properties).map(([name, property]) => {
    checkDefinitionName("a property", name);
    return { name, schema: readPropertySchema(name, property) };
  });
}

/**
 * The body of POST of a namespace, with all that it shall contain. Throws BadRequest, Forbidden for what only the
 * service sets, and Conflict for a name that is twice in a collection.
 */
export function readNamespace(body: JsonObject): NewNamespace {
  refuseTooMuch(body);
  check(body);
  return {
    ...baseOf(body),
    resource_type_associations: entries(body, "resource_type_associations", readNestedAssociation),
    objects: entries(body, "objects", readNestedObject),
    properties: propertiesOf(body),
    tags: entries(body, "tags", readNestedTag),
  };
}

import type { JsonObject } from "../../shared/json-object.ts";
import type { NamespaceBase, NamespaceDefinitions, ObjectDefinition } from "./namespace-definitions.ts";

/** An object's body, with what it requires where it requires something. */
export const objectBody = ({ name, description, required, properties }: ObjectDefinition): JsonObject => ({
  name,
  ...(description === undefined ? {} : { description }),
  ...(required.length === 0 ? {} : { required }),
  properties: Object.fromEntries(properties),
});

/** The body of a change of what a namespace itself is: what is absent gets the service's default. */
export const baseBody = (base: NamespaceBase): JsonObject => ({
  namespace: base.namespace,
  ...(base.display_name === undefined ? {} : { display_name: base.display_name }),
  ...(base.description === undefined ? {} : { description: base.description }),
  ...(base.visibility === undefined ? {} : { visibility: base.visibility }),
  protected: base.protected,
  ...(base.owner === undefined ? {} : { owner: base.owner }),
});

/** The body of a namespace with all that it contains; a definition file has the same form. */
export const namespaceBody = (definitions: NamespaceDefinitions): JsonObject => ({
  ...baseBody(definitions),
  resource_type_associations: [...definitions.resource_type_associations.values()],
  properties: Object.fromEntries(definitions.properties),
  objects: [...definitions.objects.values()].map(objectBody),
  tags: [...definitions.tags].map((name) => ({ name })),
});

import type { ObjectDefinition } from "../domain/definitions.ts";
import type { NewObject } from "../domain/new-definitions.ts";
import { objectPath } from "./definition-paths.ts";
import { propertiesByName } from "./property-document.ts";
import { filled, setTexts, shownTimes } from "./shown.ts";

const texts = ({ name, description }: NewObject) => setTexts({ name, description });

const collections = (object: NewObject, prefix = "") => ({
  required: object.required.map((name) => `${prefix}${name}`),
  properties: propertiesByName(object.properties, prefix),
});

/** An object without times and links, as the answer to a new namespace has it. */
export const newObjectDocument = (object: NewObject) => ({
  ...texts(object),
  ...filled(collections(object)),
});

const ownOfService = (namespace: string, object: ObjectDefinition) => ({
  ...shownTimes(object),
  self: objectPath(namespace, object.name),
  schema: "/v2/schemas/metadefs/object",
});

/** The answer to POST and PUT of an object: empty lists are left out, unlike where it is shown. */
export const changedObjectDocument = (namespace: string, object: ObjectDefinition) => ({
  ...newObjectDocument(object),
  ...ownOfService(namespace, object),
});

/** An object of the namespace of this name. A prefix stands before the names of its properties. */
export const objectDocument = (namespace: string, object: ObjectDefinition, prefix = "") => ({
  ...texts(object),
  ...collections(object, prefix),
  ...ownOfService(namespace, object),
});

/** All objects of a namespace. Glance's link to their schema has no slash before it. */
export const objectsDocument = (namespace: string, objects: readonly ObjectDefinition[]) => ({
  objects: objects.map((object) => objectDocument(namespace, object)),
  schema: "v2/schemas/metadefs/objects",
});

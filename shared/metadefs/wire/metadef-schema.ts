import { ownValue } from "../../own-value.ts";
import { bareNamespaceSchema, namespaceSchema } from "./schemas/namespace-schema.ts";
import { bareObjectSchema, objectSchema } from "./schemas/object-schema.ts";
import {
  namelessPropertySchema,
  propertyDefinitions,
  propertySchema,
  sharedDefinitions,
} from "./schemas/property-schema.ts";
import { resourceTypeSchema } from "./schemas/resource-type-schema.ts";
import { tagSchema } from "./schemas/tag-schema.ts";

/** A page of a collection; only some collections have pages, all schemas say so. */
const page = (name: string, collection: unknown, definitions?: unknown) => ({
  name,
  properties: {
    [name]: collection,
    first: { type: "string" },
    next: { type: "string" },
    schema: { type: "string" },
  },
  links: [
    { rel: "first", href: "{first}" },
    { rel: "next", href: "{next}" },
    { rel: "describedby", href: "{schema}" },
  ],
  ...(definitions === undefined ? {} : { definitions }),
});
const list = (items: unknown) => ({ type: "array", items });

const documents: Readonly<Record<string, unknown>> = {
  namespace: namespaceSchema,
  namespaces: page("namespaces", list(bareNamespaceSchema), sharedDefinitions),
  object: objectSchema,
  objects: page("objects", list(bareObjectSchema), sharedDefinitions),
  property: propertySchema,
  properties: page(
    "properties",
    { type: "object", additionalProperties: namelessPropertySchema },
    propertyDefinitions,
  ),
  tag: tagSchema,
  tags: page("tags", list(tagSchema)),
  resource_type: resourceTypeSchema,
  resource_types: page("resource_type_associations", list(resourceTypeSchema)),
};

/** The schema at `/v2/schemas/metadefs/{name}`, as Glance's; the glance client asks for two of them when it starts. */
export const metadefSchema = (name: string): unknown => ownValue(documents, name);

import type { ModuleDescription, PathParameter } from "../description.ts";
import { schemaAnswer } from "../schema-answer.ts";
import { associationOperations } from "./associations.ts";
import { contradictionOperations, contradictionSchemas } from "./contradictions.ts";
import { definitionOperations } from "./definitions.ts";
import { namespaceOperations } from "./namespaces.ts";
import { metadefSchemas } from "./schemas.ts";

const name = (description: string): PathParameter => ({
  description: `${description}, percent-encoded`,
  schema: { type: "string", minLength: 1, maxLength: 80 },
});

/** The metadata definitions. */
export const metadefsModule = {
  operations: {
    showMetadefSchema: schemaAnswer(
      "`namespace`, `namespaces`, `object`, `objects`, `property`, `properties`, `tag`, `tags`, `resource_type`, `resource_types`",
      {
        name: "namespace",
        properties: { namespace: { type: "string", maxLength: 80 } },
      },
    ),
    ...namespaceOperations,
    ...definitionOperations,
    ...associationOperations,
    ...contradictionOperations,
  },
  parameters: {
    namespace: name("A namespace's name"),
    object_name: name("An object's name"),
    property_name: name("A property's name"),
    tag_name: name("A tag's name"),
    resource_type: name("A resource type's name"),
  },
  schemas: () => ({ ...metadefSchemas, ...contradictionSchemas }),
} as const satisfies ModuleDescription;

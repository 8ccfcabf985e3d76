import type { ModuleDescription } from "../description.ts";
import { schemaAnswer } from "../schema-answer.ts";

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
  },
  parameters: {},
  schemas: () => ({}),
} as const satisfies ModuleDescription;

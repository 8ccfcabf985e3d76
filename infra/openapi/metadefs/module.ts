import type { ModuleDescription } from "../description.ts";
import { schemaAnswer } from "../schema-answer.ts";

/** The metadata definitions. */
export const metadefsModule = {
  operations: {
    showMetadefSchema: schemaAnswer("`namespace`, `resource_type`", {
      name: "namespace",
      properties: { namespace: { type: "string", maxLength: 80 } },
    }),
  },
  parameters: {},
  schemas: () => ({}),
} as const satisfies ModuleDescription;

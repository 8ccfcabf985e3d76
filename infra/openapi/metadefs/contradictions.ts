import type { OperationName } from "../../../shared/routes.ts";
import {
  type Description,
  json,
  listOf,
  objectOf,
  orNull,
  type Schema,
  schemaRef,
  text,
} from "../description.ts";
import { METADEF_TEXTS } from "./texts.ts";

/** What an image's properties do against the metadata definitions. */
export const contradictionSchemas = {
  Contradiction: objectOf({
    property: text,
    value: text,
    problem: { type: "string", enum: ["type", "enum", "range", "length", "pattern", "items", "unknown"] },
    namespace: text,
    title: orNull(text),
    description: orNull(text),
    message: text,
  }),
} satisfies Record<string, Schema>;

export const contradictionOperations = {
  showContradictions: {
    tag: "images",
    details:
      "Compares the custom properties with all namespaces that the caller sees and that are associated with " +
      "`OS::Glance::Image`. An extension: Glance has no such route.",
    answers: {
      200: {
        description: "What was compared, and what contradicts it",
        content: json(
          objectOf({
            image_id: text,
            namespaces: listOf(text),
            contradictions: listOf(schemaRef("Contradiction")),
          }),
          {
            image_id: "1bea47ed-f6a9-463b-b423-14b9cca9ad27",
            namespaces: ["OS::Compute::VirtCPUTopology"],
            contradictions: [
              {
                property: "hw_cpu_sockets",
                value: "many",
                problem: "type",
                namespace: "OS::Compute::VirtCPUTopology",
                title: "vCPU Sockets",
                description: "Preferred number of sockets to expose to the guest.",
                message: "hw_cpu_sockets must be an integer.",
              },
            ],
          },
        ),
      },
    },
    errors: {
      400: METADEF_TEXTS.noBody,
      403: METADEF_TEXTS.noRight,
      404: "There is no such image, or the caller does not see it",
      409: "More than 200 namespaces are for images",
    },
  },
} as const satisfies Partial<Record<OperationName, Description>>;

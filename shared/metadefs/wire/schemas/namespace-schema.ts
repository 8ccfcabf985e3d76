import { sharedDefinitions } from "./property-schema.ts";
import { serviceTime } from "./service-time.ts";

const text = { type: "string" };
const listOf = (properties: Readonly<Record<string, unknown>>) => ({
  type: "array",
  items: { type: "object", properties },
});

/** A namespace without the definitions that it refers to. */
export const bareNamespaceSchema = {
  name: "namespace",
  properties: {
    namespace: { type: "string", description: "The unique namespace text.", maxLength: 80 },
    display_name: {
      type: "string",
      description: "The user friendly name for the namespace. Used by UI if available.",
      maxLength: 80,
    },
    description: {
      type: "string",
      description: "Provides a user friendly description of the namespace.",
      maxLength: 500,
    },
    visibility: {
      type: "string",
      description: "Scope of namespace accessibility.",
      enum: ["public", "private"],
    },
    protected: { type: "boolean", description: "If true, namespace will not be deletable." },
    owner: { type: "string", description: "Owner of the namespace.", maxLength: 255 },
    created_at: serviceTime("Date and time of namespace creation"),
    updated_at: serviceTime("Date and time of the last namespace modification"),
    schema: { readOnly: true, type: "string" },
    self: { readOnly: true, type: "string" },
    resource_type_associations: listOf({ name: text, prefix: text, properties_target: text }),
    properties: { $ref: "#/definitions/property" },
    objects: listOf({
      name: text,
      description: text,
      required: { $ref: "#/definitions/stringArray" },
      properties: { $ref: "#/definitions/property" },
    }),
    tags: listOf({ name: text }),
  },
  additionalProperties: false,
  required: ["namespace"],
};

export const namespaceSchema = { ...bareNamespaceSchema, definitions: sharedDefinitions };

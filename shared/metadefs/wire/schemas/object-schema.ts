import { sharedDefinitions } from "./property-schema.ts";
import { serviceTime } from "./service-time.ts";

/** An object without the definitions that it refers to. */
export const bareObjectSchema = {
  name: "object",
  properties: {
    name: { type: "string", maxLength: 80 },
    description: { type: "string" },
    required: { $ref: "#/definitions/stringArray" },
    properties: { $ref: "#/definitions/property" },
    schema: { readOnly: true, type: "string" },
    self: { readOnly: true, type: "string" },
    created_at: serviceTime("Date and time of object creation"),
    updated_at: serviceTime("Date and time of the last object modification"),
  },
  additionalProperties: false,
  required: ["name"],
};

export const objectSchema = { ...bareObjectSchema, definitions: sharedDefinitions };

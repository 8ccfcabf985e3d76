import { ownValue } from "../../own-value.ts";

const text = (description: string, maxLength: number) => ({ type: "string", description, maxLength });
const time = (description: string) => ({ type: "string", readOnly: true, description, format: "date-time" });

const namespace = {
  name: "namespace",
  properties: {
    namespace: text("The unique namespace text.", 80),
    display_name: text("The user friendly name for the namespace.", 80),
    description: text("Provides a user friendly description of the namespace.", 500),
    visibility: {
      type: "string",
      description: "Scope of namespace accessibility.",
      enum: ["public", "private"],
    },
    protected: { type: "boolean", description: "If true, namespace will not be deletable." },
    owner: text("Owner of the namespace.", 255),
    created_at: time("Date and time of namespace creation"),
    updated_at: time("Date and time of the last namespace modification"),
    self: { type: "string", readOnly: true },
    schema: { type: "string", readOnly: true },
  },
  required: ["namespace"],
  additionalProperties: false,
  links: [
    { rel: "self", href: "{self}" },
    { rel: "describedby", href: "{schema}" },
  ],
};

const resourceType = {
  name: "resource_type_association",
  properties: {
    name: text("Resource type names should be aligned with Heat resource types whenever possible.", 80),
    prefix: text("Specifies the prefix to use for the given resource type.", 80),
    properties_target: text("Some resource types allow more than one key / value pair per instance.", 80),
    created_at: time("Date and time of resource type association"),
    updated_at: time("Date and time of the last resource type association modification"),
  },
  required: ["name"],
  additionalProperties: false,
};

const documents: Readonly<Record<string, unknown>> = { namespace, resource_type: resourceType };

/** The schema at `/v2/schemas/metadefs/{name}`; the glance client asks for two of them when it starts. */
export const metadefSchema = (name: string): unknown => ownValue(documents, name);

import type { Notification } from "../../notifications/domain/notification.ts";
import type { Collection, Definition, Definitions, PropertySchema } from "./definitions.ts";
import type { Namespace, ResourceTypeAssociation } from "./namespace.ts";

export type NamespaceEventType =
  | "metadef_namespace.create"
  | "metadef_namespace.update"
  | "metadef_namespace.delete"
  | "metadef_namespace.delete_objects"
  | "metadef_namespace.delete_properties"
  | "metadef_namespace.delete_tags";

/** What an event says besides what it tells of. */
interface Told {
  /** The name that it had before, where it was renamed. */
  readonly nameOld?: string;
  /** ISO 8601: when it was deleted; absent while it is there. */
  readonly deletedAt?: string;
}

const seconds = (iso: string): string => `${iso.slice(0, 19)}Z`;

const times = ({ created_at, updated_at }: { readonly created_at: string; readonly updated_at: string }) => ({
  created_at: seconds(created_at),
  updated_at: seconds(updated_at),
});

const deletion = ({ deletedAt }: Told) => ({
  deleted: deletedAt !== undefined,
  deleted_at: deletedAt === undefined ? null : seconds(deletedAt),
});

const event = (event_type: string, payload: Readonly<Record<string, unknown>>): Notification => ({
  event_type,
  priority: "INFO",
  payload,
});

// Payload keys are Glance's: docs/reference/metadefs-api.md, "Notifications".

export const namespaceEvent = (
  event_type: NamespaceEventType,
  namespace: Namespace,
  told: Told = {},
): Notification =>
  event(event_type, {
    namespace: namespace.namespace,
    namespace_old: told.nameOld ?? namespace.namespace,
    display_name: namespace.display_name,
    protected: namespace.protected,
    visibility: namespace.visibility,
    owner: namespace.owner,
    description: namespace.description,
    ...times(namespace),
    ...deletion(told),
  });

/** That a namespace was associated with a resource type, or is not any more. */
export const associationEvent = (
  event_type: "metadef_resource_type.create" | "metadef_resource_type.delete",
  namespace: string,
  association: ResourceTypeAssociation,
  told: Told = {},
): Notification =>
  event(event_type, {
    namespace,
    name: association.name,
    name_old: association.name,
    prefix: association.prefix,
    properties_target: association.properties_target,
    ...times(association),
    ...deletion(told),
  });

/** All keys are there, those that are not set as null. */
const schemaPayload = (schema: PropertySchema) => ({
  type: schema.type,
  title: schema.title,
  description: schema.description ?? null,
  default: schema.default ?? null,
  minimum: schema.minimum ?? null,
  maximum: schema.maximum ?? null,
  enum: schema.enum ?? null,
  pattern: schema.pattern ?? null,
  minLength: schema.minLength ?? null,
  maxLength: schema.maxLength ?? null,
  confidential: schema.confidential ?? null,
  items: schema.items ?? null,
  uniqueItems: schema.uniqueItems ?? null,
  minItems: schema.minItems ?? null,
  maxItems: schema.maxItems ?? null,
  additionalItems: schema.additionalItems ?? null,
});

/** What each kind of definition says of itself; of properties Glance names no times. */
const payloads: {
  readonly [Kind in Collection]: (definition: Definitions[Kind]) => Record<string, unknown>;
} = {
  objects: (object) => ({
    properties: object.properties.map(([name, schema]) => ({ name, ...schemaPayload(schema) })),
    required: object.required,
    description: object.description,
    ...times(object),
  }),
  properties: ({ schema }) => schemaPayload(schema),
  tags: times,
};

const nouns = { objects: "object", properties: "property", tags: "tag" } as const;

/** That a definition was made, changed or deleted. */
export const definitionEvent = <Kind extends Collection>(
  collection: Kind,
  verb: "create" | "update" | "delete",
  namespace: string,
  definition: Definitions[Kind] & Definition,
  told: Told = {},
): Notification =>
  event(`metadef_${nouns[collection]}.${verb}`, {
    namespace,
    name: definition.name,
    name_old: told.nameOld ?? definition.name,
    ...payloads[collection](definition),
    ...deletion(told),
  });

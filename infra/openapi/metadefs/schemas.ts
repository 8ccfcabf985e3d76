import {
  booleanSchema,
  described,
  listOf,
  objectOf,
  type Schema,
  schemaRef,
  text,
  time,
} from "../description.ts";

const upTo = (maxLength: number, description: string): Schema => ({ type: "string", maxLength, description });
const amount: Schema = { type: "integer", minimum: 0 };
const texts = listOf(text);
const types = { type: "string", enum: ["array", "boolean", "integer", "number", "object", "string"] };
const times = { created_at: time, updated_at: time };
const self = { self: described(text, "Its path"), schema: text };

const named = { name: upTo(80, "Its name") };
const typed = { type: types, title: text };
/** What a property may say besides its type and title. */
const detailed = {
  description: text,
  operators: texts,
  default: described(text, "As a text, whatever it was given as"),
  readonly: booleanSchema,
  minimum: { type: "number" },
  maximum: { type: "number" },
  enum: texts,
  pattern: text,
  minLength: amount,
  maxLength: amount,
  confidential: booleanSchema,
  items: objectOf({ type: types }, { enum: texts }),
  uniqueItems: booleanSchema,
  minItems: amount,
  maxItems: amount,
  additionalItems: booleanSchema,
} satisfies Record<string, Schema>;
/** In requests a default may be anything. */
const asked = { ...detailed, default: {} };

const byName = (schema: string) => ({
  type: "object",
  additionalProperties: schemaRef(schema),
  description: "By their names",
});

const base = {
  namespace: upTo(80, "Its name"),
  visibility: { type: "string", enum: ["public", "private"] },
  protected: described(booleanSchema, "Whether it and what it contains cannot be deleted"),
  owner: upTo(255, "The project it belongs to"),
};
const words = {
  display_name: upTo(80, "Its name for people"),
  description: upTo(500, "What it is about"),
};
const shown = { ...base, ...times, ...self };
const { namespace, ...choices } = base;

const associated = {
  prefix: upTo(80, "Put before the names of properties that are set on such resources"),
  properties_target: upTo(80, "Which collection of properties of such resources is meant"),
};
const object = { description: text, required: texts };

/** The bodies of the metadata definitions. */
export const metadefSchemas = {
  PropertySchema: {
    description: "What a property may be: a JSON schema, in Glance's choice of keywords",
    ...objectOf(typed, detailed),
  },
  NewPropertySchema: objectOf(typed, { ...asked, name: text }),
  PropertyDefinition: objectOf({ ...named, ...typed }, detailed),
  NewPropertyDefinition: objectOf({ ...named, ...typed }, asked),
  PropertyDefinitions: objectOf({ properties: byName("PropertySchema") }),

  ObjectDefinition: {
    description: "Properties that belong together",
    ...objectOf({ ...named, ...times, ...self }, { ...object, properties: byName("PropertySchema") }),
  },
  NewObjectDefinition: objectOf(named, { ...object, properties: byName("NewPropertySchema") }),
  PlainObjectDefinition: objectOf(named, { ...object, properties: byName("PropertySchema") }),
  ObjectDefinitions: objectOf({ objects: listOf(schemaRef("ObjectDefinition")), schema: text }),

  TagName: objectOf(named),
  TagDefinition: objectOf({ ...named, ...times }),
  TagNames: objectOf({ tags: listOf(schemaRef("TagName")) }),

  NewAssociation: {
    description: "That a namespace is for resources of a type",
    ...objectOf(named, associated),
  },
  Association: objectOf({ ...named, ...times }, associated),
  Associations: objectOf({ resource_type_associations: listOf(schemaRef("Association")) }),
  ResourceTypes: objectOf({ resource_types: listOf(objectOf({ ...named, ...times })) }),

  NamespaceChange: objectOf({ namespace }, { ...choices, ...words }),
  NewNamespace: objectOf(
    { namespace },
    {
      ...choices,
      ...words,
      resource_type_associations: listOf(schemaRef("NewAssociation")),
      objects: listOf(schemaRef("NewObjectDefinition")),
      properties: byName("NewPropertySchema"),
      tags: listOf(schemaRef("TagName")),
    },
  ),
  Namespace: { description: "A namespace without what it contains", ...objectOf(shown, words) },
  CreatedNamespace: objectOf(shown, {
    ...words,
    resource_type_associations: listOf(schemaRef("NewAssociation")),
    objects: listOf(schemaRef("PlainObjectDefinition")),
    properties: byName("PropertySchema"),
    tags: listOf(schemaRef("TagName")),
  }),
  ListedNamespace: objectOf(shown, {
    ...words,
    resource_type_associations: listOf(schemaRef("Association")),
  }),
  WholeNamespace: {
    description: "A namespace with all that it contains; collections that are empty are left out",
    ...objectOf(shown, {
      ...words,
      resource_type_associations: listOf(schemaRef("Association")),
      objects: listOf(schemaRef("ObjectDefinition")),
      properties: byName("PropertySchema"),
      tags: listOf(schemaRef("TagName")),
    }),
  },
  Namespaces: objectOf(
    { namespaces: listOf(schemaRef("ListedNamespace")), first: text, schema: text },
    { next: described(text, "Where the next page is; absent on the last one") },
  ),
} satisfies Record<string, Schema>;

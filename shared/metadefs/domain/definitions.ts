/** What a namespace contains, by the name of its collection in Glance's API. */
export const collections = ["objects", "properties", "tags"] as const;
export type Collection = (typeof collections)[number];

export type PropertyType = "array" | "boolean" | "integer" | "number" | "object" | "string";

/** What a property may be, with the keys and the values of Glance's API; absent keys are not set. */
export interface PropertySchema {
  readonly type: PropertyType;
  readonly title: string;
  readonly description?: string;
  readonly operators?: readonly string[];
  /** As a text, whatever it was given as. */
  readonly default?: string;
  readonly readonly?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly confidential?: boolean;
  readonly items?: { readonly type: PropertyType; readonly enum?: readonly string[] };
  readonly uniqueItems?: boolean;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly additionalItems?: boolean;
}

interface Defined {
  /** Unique in its collection of its namespace. */
  readonly name: string;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A property definition of a namespace. */
export interface PropertyDefinition extends Defined {
  readonly schema: PropertySchema;
}

/** An object definition: properties that belong together. */
export interface ObjectDefinition extends Defined {
  readonly description: string | null;
  /** Names of properties that must be set with the others. */
  readonly required: readonly string[];
  /** By their names, in their order; names come from callers, so no plain object. */
  readonly properties: readonly (readonly [name: string, schema: PropertySchema])[];
}

export type TagDefinition = Defined;

/** The definitions of each collection. */
export interface Definitions {
  readonly objects: ObjectDefinition;
  readonly properties: PropertyDefinition;
  readonly tags: TagDefinition;
}
export type Definition = Definitions[Collection];

/** All that a namespace contains, each collection in the order in which its entries were made. */
export type NamespaceContent = { readonly [Kind in Collection]: readonly Definitions[Kind][] };

/** A kind of resource that definitions are for; it stays when no namespace names it any more. */
export interface ResourceType {
  readonly name: string;
  readonly created_at: string;
  readonly updated_at: string;
}

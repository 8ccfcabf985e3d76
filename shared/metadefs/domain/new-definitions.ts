import type { Definition, ObjectDefinition, PropertyDefinition, TagDefinition } from "./definitions.ts";

/** A definition as a caller wants it, before it has its times. */
type Undated<Kind extends Definition> = Omit<Kind, "created_at" | "updated_at">;

export type NewObject = Undated<ObjectDefinition>;
export type NewProperty = Undated<PropertyDefinition>;
export type NewTag = Undated<TagDefinition>;

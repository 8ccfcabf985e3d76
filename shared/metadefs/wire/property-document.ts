import type { PropertySchema } from "../domain/definitions.ts";
import type { NewProperty } from "../domain/new-definitions.ts";

export const propertyDocument = ({ name, schema }: NewProperty) => ({ name, ...schema });

/** Properties by their names, each with the prefix before it. Names from callers are own members, whatever they are. */
export const propertiesByName = (
  properties: readonly (readonly [name: string, schema: PropertySchema])[],
  prefix = "",
): Readonly<Record<string, PropertySchema>> =>
  Object.fromEntries(properties.map(([name, schema]) => [`${prefix}${name}`, schema]));

/** All properties of a namespace. */
export const propertiesDocument = (properties: readonly NewProperty[]) => ({
  properties: propertiesByName(properties.map(({ name, schema }) => [name, schema])),
});

import { ownValue } from "../../../shared/own-value.ts";
import {
  definitionOf,
  isIntrinsic,
  type Properties,
  type PropertyType,
  resourceType,
} from "./specification.ts";
import type { Resource } from "./templates.ts";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** CloudFormation takes texts for numbers and flags as well. */
const scalars: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => ["string", "number", "boolean"].includes(typeof value),
  "date-time": (value) => typeof value === "string",
  number: (value) => value !== "" && Number.isFinite(Number(value)) && typeof value !== "object",
  integer: (value) => Number.isSafeInteger(Number(value)) && value !== "" && typeof value !== "object",
  boolean: (value) => [true, false, "true", "false"].includes(value as never),
  json: (value) => typeof value === "object" || typeof value === "string",
  null: (value) => value === null,
};

function faultsOfType(type: PropertyType, value: unknown, path: string): string[] {
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case "array":
      if (!Array.isArray(value)) return [`${path}: expected a list`];
      return value.flatMap((one, at) => faultsOfType(type.element, one, `${path}/${at}`));
    case "map":
      if (!isObject(value)) return [`${path}: expected a map`];
      return Object.entries(value).flatMap(([key, one]) => faultsOfType(type.element, one, `${path}/${key}`));
    case "ref":
      if (!isObject(value)) return [`${path}: expected an object`];
      return faultsOfProperties(definitionOf(type), value, path);
    case "tag":
      return isObject(value) && "Key" in value && "Value" in value ? [] : [`${path}: expected a tag`];
    case "union": {
      const faults = type.types.map((one) => faultsOfType(one, value, path));
      return faults.some((one) => one.length === 0) ? [] : (faults[0] ?? []);
    }
    default: {
      const isOne = ownValue(scalars, type.type);
      if (!isOne) return [`${path}: of the unknown type ${type.type}`];
      if (!isOne(value)) return [`${path}: expected a ${type.type}, not ${JSON.stringify(value)}`];
      const allowed = "allowedValues" in type ? type.allowedValues : undefined;
      const isAllowed = !allowed || allowed.some((one) => String(one) === String(value));
      return isAllowed ? [] : [`${path}: ${value} is none of ${allowed?.join(", ")}`];
    }
  }
}

function faultsOfProperties(
  known: Properties,
  given: Readonly<Record<string, unknown>>,
  path: string,
): string[] {
  const missing = Object.entries(known).filter(([name, { required }]) => required && !(name in given));
  return [
    ...missing.map(([name]) => `${path}/${name}: is required`),
    ...Object.entries(given).flatMap(([name, value]) => {
      const property = ownValue(known, name);
      return property
        ? faultsOfType(property.type, value, `${path}/${name}`)
        : [`${path}/${name}: there is no such property`];
    }),
  ];
}

/** What AWS's own specification says against a resource: unknown and missing properties, and values of other types. */
export function faultsOf(id: string, { Type, Properties: given = {} }: Resource): string[] {
  const type = resourceType(Type);
  return type ? faultsOfProperties(type.properties, given, id) : [`${id}: there is no type ${Type}`];
}

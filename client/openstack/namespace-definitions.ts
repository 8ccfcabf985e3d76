import { isJsonObject, type JsonObject } from "../../shared/json-object.ts";
import { ownValue } from "../../shared/own-value.ts";

/** That definitions are for resources of a type. */
export interface Association {
  readonly name: string;
  readonly prefix?: string;
  readonly properties_target?: string;
}

export interface ObjectDefinition {
  readonly name: string;
  readonly description?: string;
  readonly required: readonly string[];
  /** Names come from anybody, so no plain object. */
  readonly properties: ReadonlyMap<string, JsonObject>;
}

export interface NamespaceBase {
  readonly namespace: string;
  readonly display_name?: string;
  readonly description?: string;
  /** Absent: private, as for Glance. */
  readonly visibility?: "public" | "private";
  readonly protected: boolean;
  /** A project's id. */
  readonly owner?: string;
}

/**
 * A namespace with all that it contains: what a definition file holds, and the API's document of a namespace. Each name
 * is there once in its collection. What properties say is the service's to judge.
 */
export interface NamespaceDefinitions extends NamespaceBase {
  readonly resource_type_associations: ReadonlyMap<string, Association>;
  readonly properties: ReadonlyMap<string, JsonObject>;
  readonly objects: ReadonlyMap<string, ObjectDefinition>;
  readonly tags: ReadonlySet<string>;
}

/** This JSON is no namespace; the message says where. */
export class NoDefinitions extends Error {}

/** Null is the same as absent everywhere, as in files that other tools wrote. */
function optionalText(value: unknown, what: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new NoDefinitions(`${what} is no text`);
  return value;
}

function nameIn(value: JsonObject, key: string, what: string): string {
  const name = ownValue(value, key);
  if (typeof name !== "string" || name === "") throw new NoDefinitions(`${what} has no ${key}`);
  return name;
}

function listIn(body: JsonObject, key: string, what: string): readonly JsonObject[] {
  const list = ownValue(body, key) ?? [];
  if (!Array.isArray(list)) throw new NoDefinitions(`${key} of ${what} is no list`);
  return list.map((entry: unknown, index) => {
    if (!isJsonObject(entry)) throw new NoDefinitions(`${key}[${index}] of ${what} is no object`);
    return entry;
  });
}

function byName<Entry>(entries: readonly (readonly [string, Entry])[], what: string): Map<string, Entry> {
  const map = new Map<string, Entry>();
  for (const [name, entry] of entries) {
    if (map.has(name)) throw new NoDefinitions(`${what} has ${name} twice`);
    map.set(name, entry);
  }
  return map;
}

function propertiesIn(body: JsonObject, what: string): Map<string, JsonObject> {
  const properties = body.properties ?? {};
  if (!isJsonObject(properties)) throw new NoDefinitions(`properties of ${what} are no object`);
  const entries = Object.entries(properties).map(([name, schema]) => {
    if (!isJsonObject(schema)) throw new NoDefinitions(`the property ${name} of ${what} is no object`);
    // Glance shows it again inside of properties that were added one by one.
    const { name: _, ...others } = schema;
    return [name, others] as const;
  });
  return new Map(entries);
}

function associationOf(value: JsonObject, index: number): readonly [string, Association] {
  const name = nameIn(value, "name", `resource_type_associations[${index}]`);
  const prefix = optionalText(value.prefix, `the prefix for ${name}`);
  const target = optionalText(value.properties_target, `the properties_target for ${name}`);
  return [
    name,
    {
      name,
      ...(prefix === undefined ? {} : { prefix }),
      ...(target === undefined ? {} : { properties_target: target }),
    },
  ];
}

function objectDefinitionOf(value: JsonObject, index: number): readonly [string, ObjectDefinition] {
  const name = nameIn(value, "name", `objects[${index}]`);
  const description = optionalText(value.description, `the description of ${name}`);
  const required = value.required ?? [];
  if (!Array.isArray(required) || !required.every((each) => typeof each === "string"))
    throw new NoDefinitions(`required of ${name} is no list of names`);
  const properties = propertiesIn(value, name);
  return [name, { name, ...(description === undefined ? {} : { description }), required, properties }];
}

function baseOf(body: JsonObject): NamespaceBase {
  const namespace = nameIn(body, "namespace", "it");
  const { visibility, protected: isProtected = false } = body;
  if (visibility !== undefined && visibility !== null && visibility !== "public" && visibility !== "private")
    throw new NoDefinitions("visibility is neither public nor private");
  if (typeof isProtected !== "boolean" && isProtected !== null)
    throw new NoDefinitions("protected is neither true nor false");
  const texts = (["display_name", "description", "owner"] as const).flatMap((key) => {
    const text = optionalText(body[key], key);
    return text === undefined ? [] : [[key, text] as const];
  });
  return {
    namespace,
    ...Object.fromEntries(texts),
    ...(visibility === "public" || visibility === "private" ? { visibility } : {}),
    protected: isProtected === true,
  };
}

/** Reads a namespace; keys that the API does not know are left out. Throws NoDefinitions. */
export function definitionsOf(body: unknown): NamespaceDefinitions {
  if (!isJsonObject(body)) throw new NoDefinitions("it is no JSON object");
  const base = baseOf(body);
  const what = base.namespace;
  const tags = listIn(body, "tags", what).map((tag, index) => nameIn(tag, "name", `tags[${index}]`));
  return {
    ...base,
    resource_type_associations: byName(
      listIn(body, "resource_type_associations", what).map(associationOf),
      "resource_type_associations",
    ),
    properties: propertiesIn(body, what),
    objects: byName(listIn(body, "objects", what).map(objectDefinitionOf), "objects"),
    tags: new Set(
      byName(
        tags.map((tag) => [tag, tag] as const),
        "tags",
      ).keys(),
    ),
  };
}

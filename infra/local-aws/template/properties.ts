import { ownValue } from "../own-value.ts";
import type { Resource } from "./resources.ts";

/** The value at a path of a resource's properties; undefined when a step is missing. */
export const property = (resource: Resource, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, name) => ownValue(value as Record<string, unknown> | undefined, name),
    resource.properties,
  );

const wrong = (resource: Resource, path: readonly string[], expected: string): Error =>
  new Error(
    `${resource.stack}/${resource.logicalId} (${resource.type}): ${path.join(".")} is not ${expected}`,
  );

export function text(resource: Resource, ...path: readonly string[]): string {
  const value = property(resource, ...path);
  if (typeof value !== "string") throw wrong(resource, path, "a text");
  return value;
}

export const optionalText = (resource: Resource, ...path: readonly string[]): string | undefined =>
  property(resource, ...path) === undefined ? undefined : text(resource, ...path);

/** CloudFormation takes numbers as texts, too. */
export function number(resource: Resource, initial: number, ...path: readonly string[]): number {
  const value = Number(property(resource, ...path) ?? initial);
  if (Number.isNaN(value)) throw wrong(resource, path, "a number");
  return value;
}

export function list<Element = unknown>(resource: Resource, ...path: readonly string[]): readonly Element[] {
  const value = property(resource, ...path) ?? [];
  if (!Array.isArray(value)) throw wrong(resource, path, "a list");
  return value as Element[];
}

/** A property that changes what the service does in a way that is not emulated: the start fails by its name. */
export function refuse(resource: Resource, ...names: readonly string[]): void {
  const found = names.find(
    (name) => property(resource, name) !== undefined && property(resource, name) !== false,
  );
  if (found === undefined) return;
  throw new Error(
    `${resource.stack}/${resource.logicalId} (${resource.type}) has ${found}, which the local runtime does not emulate`,
  );
}

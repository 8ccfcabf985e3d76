import type { ObjectDefinition, PropertyDefinition, PropertySchema } from "./definitions.ts";
import { type Problem, valueProblem } from "./property-value.ts";
import { operands } from "./value-operators.ts";

/** A namespace's definitions as far as they are for one type of resource. */
export interface BoundNamespace {
  readonly namespace: string;
  /** Stands before the names of its properties on such a resource. */
  readonly prefix: string;
  readonly properties: readonly PropertyDefinition[];
  readonly objects: readonly ObjectDefinition[];
}

/** A property that is not as a definition says. */
export interface Contradiction {
  readonly property: string;
  readonly value: string;
  readonly problem: Problem["problem"] | "unknown";
  readonly namespace: string;
  /** The definition's; null where the property is unknown. */
  readonly title: string | null;
  readonly description: string | null;
  /** One sentence with what is allowed. */
  readonly message: string;
}

interface Known {
  readonly namespace: string;
  readonly schema: PropertySchema;
}

/** All definitions by the full name of their property; names come from callers. */
function definitionsByName(bound: readonly BoundNamespace[]): ReadonlyMap<string, readonly Known[]> {
  const byName = new Map<string, Known[]>();
  const add = (name: string, known: Known) => byName.set(name, [...(byName.get(name) ?? []), known]);
  for (const { namespace, prefix, properties, objects } of bound) {
    for (const { name, schema } of properties) add(`${prefix}${name}`, { namespace, schema });
    for (const object of objects)
      for (const [name, schema] of object.properties) add(`${prefix}${name}`, { namespace, schema });
  }
  return byName;
}

function contradiction(property: string, value: string, { namespace, schema }: Known): Contradiction[] {
  const found = operands(value, schema.operators ?? [])
    .map((operand) => valueProblem(operand, schema))
    .find((problem) => problem !== undefined);
  if (!found) return [];
  const { title, description = null } = schema;
  const message = `${property} must be ${found.allowed}.`;
  return [{ property, value, problem: found.problem, namespace, title, description, message }];
}

/** Of the namespaces that claim the property by their prefix the one with the longest: it is the most particular. */
function claimed(property: string, value: string, bound: readonly BoundNamespace[]): Contradiction[] {
  const [claimant] = bound
    .filter(({ prefix }) => prefix !== "" && property.startsWith(prefix))
    .sort((one, other) => other.prefix.length - one.prefix.length);
  if (!claimant) return [];
  const { namespace, prefix } = claimant;
  const message = `${property} is defined nowhere, though ${prefix} is the prefix of ${namespace}.`;
  return [{ property, value, problem: "unknown", namespace, title: null, description: null, message }];
}

/**
 * What contradicts the definitions, in the order of the properties. A property with several definitions is right when
 * it is as one of them says. Pure; properties without a value are as good as unset.
 */
export function contradictionsOf(
  properties: Iterable<readonly [name: string, value: string | null]>,
  bound: readonly BoundNamespace[],
): readonly Contradiction[] {
  const byName = definitionsByName(bound);
  return [...properties].flatMap(([property, value]) => {
    if (value === null) return [];
    const known = byName.get(property);
    if (!known) return claimed(property, value, bound);
    const each = known.map((definition) => contradiction(property, value, definition));
    return each.some((found) => found.length === 0) ? [] : each.flat();
  });
}

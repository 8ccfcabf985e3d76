import type { NamespaceDefinitions } from "../openstack/namespace-definitions.ts";

/** What is wanted, as the project's that owns what is there: a file that names no owner changes none. */
export function keepingOwner(
  wanted: NamespaceDefinitions,
  there: NamespaceDefinitions | undefined,
): NamespaceDefinitions {
  const owner = wanted.owner ?? there?.owner;
  return owner === undefined ? wanted : { ...wanted, owner };
}

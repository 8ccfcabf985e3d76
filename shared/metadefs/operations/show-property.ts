import type { Caller } from "../../caller.ts";
import { NotFound } from "../../errors.ts";
import type { PropertyDefinition } from "../domain/definitions.ts";
import { withoutPrefix } from "../domain/prefixed-name.ts";
import { enforceMetadef } from "../policy/metadef-policy.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";
import { existingDefinition } from "./existing-definition.ts";
import { untilUnchanged } from "./until-unchanged.ts";
import { visibleNamespace } from "./visible-namespace.ts";

/**
 * A property by its name, or by the name that it has on resources of a type, which has the association's prefix. Throws
 * NamespaceNotFound, and NotFound for an unknown property or association.
 */
export const showProperty =
  ({ namespaces }: { readonly namespaces: Pick<NamespaceStore, "find" | "definition"> }) =>
  (caller: Caller, namespaceName: string, name: string, resourceType?: string): Promise<PropertyDefinition> =>
    untilUnchanged(async () => {
      const namespace = await visibleNamespace(namespaces, caller, namespaceName);
      enforceMetadef("get_metadef_property", caller, namespace);
      if (resourceType === undefined) return existingDefinition(namespaces, namespace, "properties", name);
      enforceMetadef("get_metadef_resource_type", caller, namespace);
      const association = namespace.resource_types.find((known) => known.name === resourceType);
      if (!association) {
        throw new NotFound(
          `The metadata definition resource-type association of resource-type=${resourceType} to namespace=${namespaceName} was not found.`,
        );
      }
      const own = withoutPrefix(name, association.prefix);
      return existingDefinition(namespaces, namespace, "properties", own);
    });

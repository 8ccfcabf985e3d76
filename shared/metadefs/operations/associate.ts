import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { Conflict } from "../../errors.ts";
import { associationEvent } from "../domain/metadef-events.ts";
import type { ResourceTypeAssociation } from "../domain/namespace.ts";
import type { NewAssociation } from "../domain/new-association.ts";
import { enforceMetadef } from "../policy/metadef-policy.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";
import { changeWithRetry } from "./change-with-retry.ts";
import { visibleNamespace } from "./visible-namespace.ts";

/**
 * Says that a namespace's definitions are for resources of a type; a type that nobody has named yet comes with it.
 * Throws NamespaceNotFound, and Conflict for a type that it is associated with already.
 */
export const associate =
  ({
    namespaces,
    clock,
  }: {
    readonly namespaces: Pick<NamespaceStore, "find" | "commit">;
    readonly clock: Clock;
  }) =>
  async (caller: Caller, name: string, wanted: NewAssociation): Promise<ResourceTypeAssociation> => {
    const { change } = await changeWithRetry(namespaces, async () => {
      const before = await visibleNamespace(namespaces, caller, name);
      enforceMetadef("add_metadef_resource_type_association", caller, before);
      if (before.resource_types.some((known) => known.name === wanted.name)) {
        throw new Conflict(
          `The metadata definition resource-type association of resource-type=${wanted.name} to namespace=${name} already exists.`,
        );
      }
      const now = clock().toISOString();
      const association: ResourceTypeAssociation = { ...wanted, created_at: now, updated_at: now };
      return {
        before,
        after: { ...before, resource_types: [...before.resource_types, association] },
        events: [associationEvent("metadef_resource_type.create", before.namespace, association)],
        association,
      };
    });
    return change.association;
  };

import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { NotFound } from "../../errors.ts";
import { associationEvent } from "../domain/metadef-events.ts";
import { enforceMetadef } from "../policy/metadef-policy.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";
import { changeWithRetry } from "./change-with-retry.ts";
import { requireUnprotected } from "./require-unprotected.ts";
import { visibleNamespace } from "./visible-namespace.ts";

/**
 * Ends an association; the resource type itself stays. Throws NamespaceNotFound, NotFound for a type that the namespace
 * is not associated with, and Forbidden when it is protected.
 */
export const dissociate =
  ({
    namespaces,
    clock,
  }: {
    readonly namespaces: Pick<NamespaceStore, "find" | "commit">;
    readonly clock: Clock;
  }) =>
  async (caller: Caller, name: string, resourceType: string): Promise<void> => {
    await changeWithRetry(namespaces, async () => {
      const before = await visibleNamespace(namespaces, caller, name);
      enforceMetadef("remove_metadef_resource_type_association", caller, before);
      const association = before.resource_types.find((known) => known.name === resourceType);
      if (!association) throw new NotFound(`Failed to find resource type ${resourceType} to delete`);
      requireUnprotected(before, "association", resourceType);
      const told = { deletedAt: clock().toISOString() };
      return {
        before,
        after: {
          ...before,
          resource_types: before.resource_types.filter((known) => known.name !== resourceType),
        },
        events: [associationEvent("metadef_resource_type.delete", before.namespace, association, told)],
      };
    });
  };

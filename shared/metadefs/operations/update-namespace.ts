import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { namespaceEvent } from "../domain/metadef-events.ts";
import type { Namespace } from "../domain/namespace.ts";
import type { NamespaceBase } from "../domain/new-namespace.ts";
import { enforceMetadef } from "../policy/metadef-policy.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";
import { changeWithRetry } from "./change-with-retry.ts";
import { visibleNamespace } from "./visible-namespace.ts";

/**
 * Replaces all that a namespace says of itself, its name too; what it contains stays. Without an owner it becomes the
 * caller's project's, as in Glance. Throws NamespaceNotFound, NamespaceTaken.
 */
export const updateNamespace =
  ({
    namespaces,
    clock,
  }: {
    readonly namespaces: Pick<NamespaceStore, "find" | "commit">;
    readonly clock: Clock;
  }) =>
  async (caller: Caller, name: string, wanted: NamespaceBase): Promise<Namespace> => {
    const { written } = await changeWithRetry(namespaces, async () => {
      const before = await visibleNamespace(namespaces, caller, name);
      enforceMetadef("modify_metadef_namespace", caller, before);
      const after: Namespace = {
        ...before,
        namespace: wanted.namespace,
        display_name: wanted.display_name,
        description: wanted.description,
        visibility: wanted.visibility,
        protected: wanted.protected,
        owner: wanted.owner || caller.projectId,
        updated_at: clock().toISOString(),
      };
      const events = [namespaceEvent("metadef_namespace.update", after, { nameOld: before.namespace })];
      return { before, after, events };
    });
    return written;
  };

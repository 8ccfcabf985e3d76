import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { namespaceEvent } from "../domain/metadef-events.ts";
import { enforceMetadef } from "../policy/metadef-policy.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";
import { changeWithRetry } from "./change-with-retry.ts";
import { requireUnprotected } from "./require-unprotected.ts";
import { visibleNamespace } from "./visible-namespace.ts";

/** Deletes a namespace with all that it contains. Throws NamespaceNotFound, and Forbidden when it is protected. */
export const deleteNamespace =
  ({
    namespaces,
    clock,
  }: {
    readonly namespaces: Pick<NamespaceStore, "find" | "commit">;
    readonly clock: Clock;
  }) =>
  async (caller: Caller, name: string): Promise<void> => {
    await changeWithRetry(namespaces, async () => {
      const before = await visibleNamespace(namespaces, caller, name);
      enforceMetadef("delete_metadef_namespace", caller, before);
      requireUnprotected(before, "namespace", name);
      const deletedAt = clock().toISOString();
      const events = [namespaceEvent("metadef_namespace.delete", before, { deletedAt })];
      return { before, after: undefined, events };
    });
  };

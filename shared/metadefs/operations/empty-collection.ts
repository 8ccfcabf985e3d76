import type { Caller } from "../../caller.ts";
import type { Collection } from "../domain/definitions.ts";
import { namespaceEvent } from "../domain/metadef-events.ts";
import { definitionRules } from "../policy/definition-rules.ts";
import { enforceMetadef } from "../policy/metadef-policy.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";
import { changeWithRetry } from "./change-with-retry.ts";
import { requireUnprotected } from "./require-unprotected.ts";
import { visibleNamespace } from "./visible-namespace.ts";

/** Deletes all definitions of a collection at once. Throws NamespaceNotFound, and Forbidden when it is protected. */
export const emptyCollection =
  ({ namespaces }: { readonly namespaces: Pick<NamespaceStore, "find" | "commit"> }) =>
  async (caller: Caller, name: string, collection: Collection): Promise<void> => {
    await changeWithRetry(namespaces, async () => {
      const before = await visibleNamespace(namespaces, caller, name);
      for (const rule of definitionRules[collection].empty) enforceMetadef(rule, caller, before);
      requireUnprotected(before, "namespace", name);
      const events = [namespaceEvent(`metadef_namespace.delete_${collection}`, before)];
      return { before, after: before, emptied: [collection], events };
    });
  };

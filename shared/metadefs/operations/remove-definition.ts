import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import type { Collection } from "../domain/definitions.ts";
import { definitionEvent } from "../domain/metadef-events.ts";
import { definitionRules } from "../policy/definition-rules.ts";
import { enforceMetadef } from "../policy/metadef-policy.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";
import { changeWithRetry } from "./change-with-retry.ts";
import { definitionWrite } from "./definition-write.ts";
import { existingDefinition } from "./existing-definition.ts";
import { requireUnprotected } from "./require-unprotected.ts";
import { visibleNamespace } from "./visible-namespace.ts";

/**
 * Deletes one definition. Throws NamespaceNotFound, NotFound for an unknown definition, and Forbidden in a protected
 * namespace.
 */
export const removeDefinition =
  ({
    namespaces,
    clock,
  }: {
    readonly namespaces: Pick<NamespaceStore, "find" | "definition" | "commit">;
    readonly clock: Clock;
  }) =>
  async (caller: Caller, namespace: string, collection: Collection, name: string): Promise<void> => {
    await changeWithRetry(namespaces, async () => {
      const before = await visibleNamespace(namespaces, caller, namespace);
      enforceMetadef(definitionRules[collection].remove, caller, before);
      const found = await existingDefinition(namespaces, before, collection, name);
      requireUnprotected(before, collection, name);
      const told = { deletedAt: clock().toISOString() };
      return {
        before,
        after: before,
        writes: [definitionWrite(collection, { before: found })],
        events: [definitionEvent(collection, "delete", before.namespace, found, told)],
      };
    });
  };

import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import type { Collection, Definitions } from "../domain/definitions.ts";
import { definitionEvent } from "../domain/metadef-events.ts";
import { definitionRules } from "../policy/definition-rules.ts";
import { enforceMetadef } from "../policy/metadef-policy.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";
import { changeWithRetry } from "./change-with-retry.ts";
import { datedDefinition, type NewDefinition } from "./dated-definition.ts";
import { definitionWrite } from "./definition-write.ts";
import { existingDefinition } from "./existing-definition.ts";
import { visibleNamespace } from "./visible-namespace.ts";

/**
 * Replaces a definition as a whole, its name too. Throws NamespaceNotFound, NotFound for an unknown definition, and
 * DefinitionTaken.
 */
export const updateDefinition =
  ({
    namespaces,
    clock,
  }: {
    readonly namespaces: Pick<NamespaceStore, "find" | "definition" | "commit">;
    readonly clock: Clock;
  }) =>
  async <Kind extends Collection>(
    caller: Caller,
    { namespace, name }: { readonly namespace: string; readonly name: string },
    collection: Kind,
    wanted: NewDefinition<Kind>,
  ): Promise<Definitions[Kind]> => {
    const { change } = await changeWithRetry(namespaces, async () => {
      const before = await visibleNamespace(namespaces, caller, namespace);
      enforceMetadef(definitionRules[collection].update, caller, before);
      const found = await existingDefinition(namespaces, before, collection, name);
      const updated = datedDefinition<Kind>(wanted, clock().toISOString(), found.created_at);
      const told = { nameOld: found.name };
      return {
        before,
        after: before,
        writes: [definitionWrite(collection, { before: found, after: updated })],
        events: [definitionEvent(collection, "update", before.namespace, updated, told)],
        updated,
      };
    });
    return change.updated;
  };

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
import { visibleNamespace } from "./visible-namespace.ts";

/** Adds one definition to a namespace. Throws NamespaceNotFound, DefinitionTaken and NamespaceTooLarge. */
export const addDefinition =
  ({
    namespaces,
    clock,
  }: {
    readonly namespaces: Pick<NamespaceStore, "find" | "commit">;
    readonly clock: Clock;
  }) =>
  async <Kind extends Collection>(
    caller: Caller,
    namespace: string,
    collection: Kind,
    wanted: NewDefinition<Kind>,
  ): Promise<Definitions[Kind]> => {
    const { change } = await changeWithRetry(namespaces, async () => {
      const before = await visibleNamespace(namespaces, caller, namespace);
      enforceMetadef(definitionRules[collection].add, caller, before);
      const added = datedDefinition<Kind>(wanted, clock().toISOString());
      return {
        before,
        after: before,
        writes: [definitionWrite(collection, { after: added })],
        events: [definitionEvent(collection, "create", before.namespace, added)],
        added,
      };
    });
    return change.added;
  };

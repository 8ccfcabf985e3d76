import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { definitionEvent } from "../domain/metadef-events.ts";
import type { NewTag } from "../domain/new-definitions.ts";
import { enforceMetadef } from "../policy/metadef-policy.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";
import { changeWithRetry } from "./change-with-retry.ts";
import { datedDefinition } from "./dated-definition.ts";
import { definitionWrite } from "./definition-write.ts";
import { visibleNamespace } from "./visible-namespace.ts";

/**
 * Adds tags to those of a namespace, or puts them in their place: all of them or none. No tags at all change nothing, as
 * in Glance. Throws NamespaceNotFound, DefinitionTaken and NamespaceTooLarge.
 */
export const addTags =
  ({
    namespaces,
    clock,
  }: {
    readonly namespaces: Pick<NamespaceStore, "find" | "commit">;
    readonly clock: Clock;
  }) =>
  async (
    caller: Caller,
    name: string,
    wanted: readonly NewTag[],
    { append }: { readonly append: boolean },
  ): Promise<void> => {
    const findNamespace = async () => {
      const namespace = await visibleNamespace(namespaces, caller, name);
      enforceMetadef("add_metadef_tags", caller, namespace);
      return namespace;
    };
    if (wanted.length === 0) {
      await findNamespace();
      return;
    }
    await changeWithRetry(namespaces, async () => {
      const before = await findNamespace();
      const now = clock().toISOString();
      const tags = wanted.map((tag) => datedDefinition<"tags">(tag, now));
      return {
        before,
        after: before,
        emptied: append ? [] : (["tags"] as const),
        writes: tags.map((after) => definitionWrite("tags", { after })),
        events: tags.map((tag) => definitionEvent("tags", "create", before.namespace, tag)),
      };
    });
  };

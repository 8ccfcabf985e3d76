import type { Caller } from "../../caller.ts";
import type { Collection, Definitions } from "../domain/definitions.ts";
import { definitionRules } from "../policy/definition-rules.ts";
import { enforceMetadef, isMetadefAllowed } from "../policy/metadef-policy.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";
import { visibleNamespace } from "./visible-namespace.ts";

/** Collections whose entries Glance judges one by one, by the rule that shows one; all have the namespace's target. */
const judgedEach: ReadonlySet<Collection> = new Set(["objects"]);

/** All definitions of a collection, in the order in which they were made. Throws NamespaceNotFound. */
export const listDefinitions =
  ({ namespaces }: { readonly namespaces: Pick<NamespaceStore, "find" | "definitions"> }) =>
  async <Kind extends Collection>(
    caller: Caller,
    name: string,
    collection: Kind,
  ): Promise<readonly Definitions[Kind][]> => {
    const namespace = await visibleNamespace(namespaces, caller, name);
    const { list, show } = definitionRules[collection];
    enforceMetadef(list, caller, namespace);
    if (judgedEach.has(collection) && !isMetadefAllowed(show, caller, namespace)) return [];
    return namespaces.definitions(namespace, collection);
  };

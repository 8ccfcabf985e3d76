import type { Caller } from "../../caller.ts";
import type { Collection, Definitions } from "../domain/definitions.ts";
import { definitionRules } from "../policy/definition-rules.ts";
import { enforceMetadef } from "../policy/metadef-policy.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";
import { existingDefinition } from "./existing-definition.ts";
import { untilUnchanged } from "./until-unchanged.ts";
import { visibleNamespace } from "./visible-namespace.ts";

/** One definition. Throws NamespaceNotFound, and NotFound for an unknown definition. */
export const showDefinition =
  ({ namespaces }: { readonly namespaces: Pick<NamespaceStore, "find" | "definition"> }) =>
  <Kind extends Collection>(
    caller: Caller,
    name: string,
    collection: Kind,
    definition: string,
  ): Promise<Definitions[Kind]> =>
    untilUnchanged(async () => {
      const namespace = await visibleNamespace(namespaces, caller, name);
      enforceMetadef(definitionRules[collection].show, caller, namespace);
      return existingDefinition(namespaces, namespace, collection, definition);
    });

import type { Caller } from "../../caller.ts";
import type { ResourceTypeAssociation } from "../domain/namespace.ts";
import { enforceMetadef, isMetadefAllowed } from "../policy/metadef-policy.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";
import { visibleNamespace } from "./visible-namespace.ts";

/** The resource types that a namespace is associated with. Throws NamespaceNotFound. */
export const listAssociations =
  ({ namespaces }: { readonly namespaces: Pick<NamespaceStore, "find"> }) =>
  async (caller: Caller, name: string): Promise<readonly ResourceTypeAssociation[]> => {
    const namespace = await visibleNamespace(namespaces, caller, name);
    enforceMetadef("list_metadef_resource_types", caller, namespace);
    return isMetadefAllowed("get_metadef_resource_type", caller, namespace) ? namespace.resource_types : [];
  };

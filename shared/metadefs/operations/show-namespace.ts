import type { Caller } from "../../caller.ts";
import { enforceMetadef } from "../policy/metadef-policy.ts";
import type { NamespaceStore, WholeNamespace } from "../ports/namespace-store.ts";
import { NamespaceNotFound, requireVisible } from "./visible-namespace.ts";

/** All of them: a namespace is shown with all that it contains. */
const rules = [
  "get_metadef_namespace",
  "list_metadef_resource_types",
  "get_metadef_objects",
  "get_metadef_properties",
  "get_metadef_tags",
] as const;

/** A namespace with all that it contains, as it was at one moment. Throws NamespaceNotFound. */
export const showNamespace =
  ({ namespaces }: { readonly namespaces: Pick<NamespaceStore, "read"> }) =>
  async (caller: Caller, name: string): Promise<WholeNamespace> => {
    const whole = await namespaces.read(name);
    if (!whole) throw new NamespaceNotFound(name);
    const namespace = requireVisible(caller, name, whole.namespace);
    for (const rule of rules) enforceMetadef(rule, caller, namespace);
    return whole;
  };

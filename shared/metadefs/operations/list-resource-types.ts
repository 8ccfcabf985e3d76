import type { Caller } from "../../caller.ts";
import type { ResourceType } from "../domain/definitions.ts";
import { enforceMetadef } from "../policy/metadef-policy.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";

/** All resource types of the deployment, by name. */
export const listResourceTypes =
  ({ namespaces }: { readonly namespaces: Pick<NamespaceStore, "resourceTypes"> }) =>
  async (caller: Caller): Promise<readonly ResourceType[]> => {
    enforceMetadef("list_metadef_resource_types", caller);
    return namespaces.resourceTypes();
  };

import type { Caller } from "../../caller.ts";
import { NotFound } from "../../errors.ts";
import type { Namespace } from "../domain/namespace.ts";
import { canSeeNamespace } from "../policy/metadef-policy.ts";
import type { NamespaceStore } from "../ports/namespace-store.ts";

export class NamespaceNotFound extends NotFound {
  constructor(name: string) {
    super(`Metadata definition namespace=${name} was not found.`);
  }
}

/** What was found under this name, or NamespaceNotFound: hidden and absent look the same on purpose. */
export function requireVisible(caller: Caller, name: string, found: Namespace | undefined): Namespace {
  if (!found || !canSeeNamespace(caller, found)) throw new NamespaceNotFound(name);
  return found;
}

/** The namespace of this name, without what it contains. Throws NamespaceNotFound. */
export const visibleNamespace = async (
  namespaces: Pick<NamespaceStore, "find">,
  caller: Caller,
  name: string,
): Promise<Namespace> => requireVisible(caller, name, await namespaces.find(name));

import { NotFound } from "../../errors.ts";
import type { Collection, Definitions } from "../domain/definitions.ts";
import type { Namespace } from "../domain/namespace.ts";
import { NamespaceChanged, type NamespaceStore } from "../ports/namespace-store.ts";

const nouns: Readonly<Record<Collection, string>> = {
  objects: "metadata definition object",
  properties: "metadata definition property",
  tags: "metadata definition tag",
};

/**
 * The definition of this name in a namespace that was found. Throws NotFound; NamespaceChanged when the namespace has
 * changed since, so that nobody can tell whether it has a definition of this name all the time.
 */
export async function existingDefinition<Kind extends Collection>(
  namespaces: Pick<NamespaceStore, "find" | "definition">,
  namespace: Namespace,
  collection: Kind,
  name: string,
): Promise<Definitions[Kind]> {
  const definition = await namespaces.definition(namespace, collection, name);
  if (definition) return definition;
  const now = await namespaces.find(namespace.namespace);
  if (now?.revision !== namespace.revision || now.id !== namespace.id)
    throw new NamespaceChanged(namespace.namespace);
  throw new NotFound(
    `The ${nouns[collection]} with name=${name} was not found in namespace=${namespace.namespace}.`,
  );
}

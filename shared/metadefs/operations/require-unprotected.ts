import { Forbidden } from "../../errors.ts";
import type { Collection } from "../domain/definitions.ts";
import type { Namespace } from "../domain/namespace.ts";

type Deleted = Collection | "namespace" | "association";

const nouns: Readonly<Record<Deleted, string>> = {
  namespace: "namespace",
  objects: "object",
  properties: "property",
  tags: "tag",
  association: "resource-type-association",
};

/** `protected` guards a namespace and all that it contains against deletion, and against nothing else. */
export function requireUnprotected(namespace: Namespace, deleted: Deleted, name: string): void {
  if (!namespace.protected) return;
  throw new Forbidden(`Metadata definition ${nouns[deleted]} ${name} is protected and cannot be deleted.`);
}

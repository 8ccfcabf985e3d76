import type { NamespaceVisibility } from "./namespace.ts";
import type { NewAssociation } from "./new-association.ts";
import type { NewObject, NewProperty, NewTag } from "./new-definitions.ts";

/** What a caller says of a namespace itself, defaults filled in; without an owner it is the caller's project's. */
export interface NamespaceBase {
  readonly namespace: string;
  readonly display_name: string | null;
  readonly description: string | null;
  readonly visibility: NamespaceVisibility;
  readonly protected: boolean;
  readonly owner?: string;
}

/** A namespace that a caller wants, with all that it shall contain: no name twice in a collection. */
export interface NewNamespace extends NamespaceBase {
  readonly resource_type_associations: readonly NewAssociation[];
  readonly objects: readonly NewObject[];
  readonly properties: readonly NewProperty[];
  readonly tags: readonly NewTag[];
}

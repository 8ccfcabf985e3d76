export type NamespaceVisibility = "public" | "private";

/** That a namespace's definitions are for resources of a type, as the namespace says it. */
export interface ResourceTypeAssociation {
  /** The resource type's name. */
  readonly name: string;
  /** Put before the names of properties where they are set on such a resource. */
  readonly prefix: string | null;
  /** Which of a resource's collections of properties is meant, where it has several. */
  readonly properties_target: string | null;
  /** ISO 8601 with milliseconds, as all times here. */
  readonly created_at: string;
  readonly updated_at: string;
}

/** A namespace of the catalogue, without what it contains. Absent texts are null. */
export interface Namespace {
  /** Its own for good: it may be renamed. Never shown. */
  readonly id: string;
  /** Its name, unique in the deployment. Cases differ: `a` and `A` are two. */
  readonly namespace: string;
  readonly display_name: string | null;
  readonly description: string | null;
  readonly visibility: NamespaceVisibility;
  readonly protected: boolean;
  /** The project it belongs to. */
  readonly owner: string;
  /** In the order in which they were made. */
  readonly resource_types: readonly ResourceTypeAssociation[];
  readonly created_at: string;
  readonly updated_at: string;
  /** Raised by each change of it or of anything in it; 0 until it is written. */
  readonly revision: number;
}

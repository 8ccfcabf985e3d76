import type { NamespaceVisibility } from "./namespace.ts";

export type SortDirection = "asc" | "desc";

/** What a list of namespaces may be sorted by. */
export const namespaceSortKeys = [
  "created_at",
  "namespace",
  "updated_at",
  "display_name",
  "description",
  "visibility",
  "protected",
  "owner",
  "id",
] as const;
export type NamespaceSortKey = (typeof namespaceSortKeys)[number];

/** Which namespaces a caller wants to see, in which order; ties go by created_at and id, in the same direction. */
export interface NamespaceQuery {
  /** 0 to `api_limit_max`. */
  readonly limit: number;
  /** The name of the namespace behind which the page begins. */
  readonly marker?: string;
  readonly sort_key: NamespaceSortKey;
  readonly sort_dir: SortDirection;
  readonly visibility?: NamespaceVisibility;
  /** Only namespaces that are associated with one of these. */
  readonly resource_types?: readonly string[];
}

import type { SortDirection } from "./namespace-query.ts";

/** What tags of a namespace may be sorted by. */
export const tagSortKeys = ["created_at", "name", "updated_at", "id"] as const;

/** Which tags of a namespace a caller wants to see; ties go by the order in which they were made. */
export interface TagQuery {
  /** Undefined: all. */
  readonly limit?: number;
  /** The name of the tag behind which the page begins. */
  readonly marker?: string;
  readonly sort_key: (typeof tagSortKeys)[number];
  readonly sort_dir: SortDirection;
}

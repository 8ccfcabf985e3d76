import { readLimit, readSortDirection, readVisibility } from "./query-values.ts";

/** Refuses a wrong query of the list of objects; a right one changes nothing (docs/reference/metadefs-api.md, "Objects"). */
export function readObjectQuery(query: URLSearchParams): void {
  const last = new Map(query);
  readLimit(last.get("limit"), 1);
  readSortDirection(last.get("sort_dir"));
  readVisibility(last.get("visibility"), ["public", "private", "shared"]);
}

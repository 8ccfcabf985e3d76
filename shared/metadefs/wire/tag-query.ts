import { type TagQuery, tagSortKeys } from "../domain/tag-query.ts";
import { readLimit, readSortDirection, readSortKey, readVisibility } from "./query-values.ts";

/** The query of the list of tags (docs/reference/metadefs-api.md, "Tags"). Throws BadRequest. */
export function readTagQuery(query: URLSearchParams): TagQuery {
  const last = new Map(query);
  const limit = readLimit(last.get("limit") || undefined, 0);
  const marker = last.get("marker");
  readVisibility(last.get("visibility"), ["public", "private", "shared"]);
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(marker ? { marker } : {}),
    sort_key: readSortKey(last.get("sort_key"), tagSortKeys),
    sort_dir: readSortDirection(last.get("sort_dir")),
  };
}

import { BadRequest } from "../../errors.ts";
import type { Settings } from "../../settings.ts";
import { type NamespaceQuery, namespaceSortKeys } from "../domain/namespace-query.ts";
import { readLimit, readSortDirection, readSortKey, readVisibility } from "./query-values.ts";

/** Each resource type is a list of its own that is read. */
const MAX_RESOURCE_TYPES = 50;

function resourceTypesOf(text: string | null): readonly string[] | undefined {
  const types = text?.split(",");
  if (types && types.length > MAX_RESOURCE_TYPES) {
    throw new BadRequest(`resource_types has more than ${MAX_RESOURCE_TYPES} names.`);
  }
  return types;
}

/**
 * The query of the list of namespaces (docs/reference/metadefs-api.md, "Lists of namespaces"). Throws BadRequest for
 * what it does not understand; parameters that are none of the list are ignored.
 */
export function readNamespaceQuery(query: URLSearchParams, settings: Settings): NamespaceQuery {
  // Of a repeated parameter the last one counts.
  const last = new Map(query);
  const limit = readLimit(last.get("limit"), 0) ?? settings.limit_param_default;
  const visibility = readVisibility(last.get("visibility"), ["public", "private"]);
  const marker = last.get("marker");
  const resource_types = resourceTypesOf(last.get("resource_types") ?? null);
  return {
    // An empty value is a visibility that no namespace has.
    limit: last.get("visibility") === "" ? 0 : Math.min(limit, settings.api_limit_max),
    ...(marker ? { marker } : {}),
    sort_key: readSortKey(last.get("sort_key"), namespaceSortKeys),
    sort_dir: readSortDirection(last.get("sort_dir")),
    ...(visibility === undefined ? {} : { visibility }),
    ...(resource_types === undefined ? {} : { resource_types }),
  };
}

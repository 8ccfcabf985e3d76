import { compareText } from "../../text/text-order.ts";
import type { Namespace } from "./namespace.ts";
import type { NamespaceQuery } from "./namespace-query.ts";

type Value = string | boolean | null;

/** Nothing comes before everything, false before true; texts go by code points. */
function compareValues(one: Value, other: Value): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  return typeof one === "boolean" ? Number(one) - Number(other) : compareText(one, String(other));
}

/**
 * Compares namespaces in the order of a query: ties by created_at and id, in the one direction of the query. Ids of
 * Glance are numbers that go with the time: here `id` is as good as created_at. Zero only for one and the same namespace.
 */
export function compareNamespaces(
  { sort_key, sort_dir }: Pick<NamespaceQuery, "sort_key" | "sort_dir">,
  one: Namespace,
  other: Namespace,
): number {
  const first = sort_key === "id" ? "created_at" : sort_key;
  const difference =
    compareValues(one[first], other[first]) ||
    compareText(one.created_at, other.created_at) ||
    compareText(one.id, other.id);
  return sort_dir === "asc" ? difference : -difference;
}

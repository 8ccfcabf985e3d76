import { compareText } from "../../text/text-order.ts";
import type { Image } from "./image.ts";

/** What lists can be sorted by (docs/reference/image-api.md, "Lists"). */
export const sortKeys = [
  "name",
  "status",
  "container_format",
  "disk_format",
  "size",
  "id",
  "created_at",
  "updated_at",
] as const;
export type SortKey = (typeof sortKeys)[number];
export type Direction = "asc" | "desc";

export interface SortTerm {
  readonly key: SortKey;
  readonly direction: Direction;
}

/** Most important term first. It is total: `id` is among its keys. */
export type ImageOrder = readonly SortTerm[];

/**
 * The order that these terms ask for: created_at and id break ties, in the one direction that was given, or
 * descending when there are several terms with their own (docs/reference/image-api.md, "Lists"). A key given twice
 * counts once.
 */
export function imageOrder(terms: readonly SortTerm[], tieDirection: Direction): ImageOrder {
  const tieBreakers = (["created_at", "id"] as const).map((key) => ({ key, direction: tieDirection }));
  const all = [...terms, ...tieBreakers];
  return all.filter(({ key }, at) => all.findIndex((term) => term.key === key) === at);
}

/** Nothing comes before everything, as MySQL and SQLite have it; text goes by code points. */
function compareValues(one: string | number | null, other: string | number | null): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  if (typeof one === "number" && typeof other === "number") return one - other;
  return compareText(String(one), String(other));
}

/** Negative when the first image comes first; zero only for one and the same image. */
export function compareImages(order: ImageOrder, one: Image, other: Image): number {
  for (const { key, direction } of order) {
    const difference = compareValues(one[key], other[key]);
    if (difference !== 0) return direction === "asc" ? difference : -difference;
  }
  return 0;
}

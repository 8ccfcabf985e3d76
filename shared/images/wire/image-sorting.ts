import { BadRequest } from "../../errors.ts";
import {
  type Direction,
  type ImageOrder,
  imageOrder,
  type SortKey,
  sortKeys,
} from "../domain/image-order.ts";

const DEFAULT: Direction = "desc";

function sortKeyOf(text: string): SortKey {
  const key = sortKeys.find((known) => known === text.trim());
  if (!key) throw new BadRequest(`Invalid sort key: '${text}'. It must be one of: ${sortKeys.join(", ")}.`);
  return key;
}

function directionOf(text: string): Direction {
  const direction = text.trim();
  if (direction !== "asc" && direction !== "desc")
    throw new BadRequest(`Invalid sort direction: '${text}'. It must be asc or desc.`);
  return direction;
}

/** `sort=key[:dir],key[:dir]`. */
function newSyntax(sort: string): ImageOrder {
  const terms = sort.split(",").map((term) => {
    const [key = "", ...named] = term.split(":");
    const direction = named.join(":").trim();
    return { key: sortKeyOf(key), direction: direction === "" ? DEFAULT : directionOf(direction) };
  });
  const [first] = terms;
  return imageOrder(terms, terms.length === 1 && first ? first.direction : DEFAULT);
}

/** `sort_key` again and again, `sort_dir` once for all of them or once for each. */
function oldSyntax(keyTexts: readonly string[], directionTexts: readonly string[]): ImageOrder {
  const keys = keyTexts.map(sortKeyOf);
  const directions = directionTexts.map(directionOf);
  if (directions.length > 1 && directions.length !== keys.length) {
    throw new BadRequest(
      "Number of sort dirs does not match the number of sort keys: give sort_dir once, or once for each sort_key.",
    );
  }
  const only = directions.length > 1 ? DEFAULT : (directions[0] ?? DEFAULT);
  const sorted = keys.length === 0 ? (["created_at"] as const) : keys;
  return imageOrder(
    sorted.map((key, at) => ({ key, direction: directions.length > 1 ? (directions[at] ?? only) : only })),
    only,
  );
}

/**
 * The order that `sort`, or `sort_key` and `sort_dir`, ask for (docs/reference/image-api.md, "Lists"). Throws
 * BadRequest.
 */
export function imageSorting(query: URLSearchParams): ImageOrder {
  const sort = query.getAll("sort").at(-1);
  if (sort === undefined) return oldSyntax(query.getAll("sort_key"), query.getAll("sort_dir"));
  if (query.has("sort_key") || query.has("sort_dir"))
    throw new BadRequest(
      "Old and new sorting syntax cannot be combined: use sort, or sort_key and sort_dir.",
    );
  return newSyntax(sort);
}

import type { Image } from "../../domain/image.ts";
import { visibilities } from "../../domain/visibility.ts";
import { BadRequest } from "../../errors.ts";
import type { ImageQuery } from "../../operations/list-images.ts";
import type { Settings } from "../../settings.ts";
import { imageDocument } from "./image-document.ts";

const paging = new Set(["limit", "marker", "sort", "sort_key", "sort_dir"]);
const own = new Set(["name", "visibility", "os_hidden", "tag"]);

function limitOf(text: string | null, settings: Settings): number {
  if (text === null) return settings.limit_param_default;
  if (!/^\d+$/.test(text)) throw new BadRequest("limit param must be an integer that is not negative");
  return Math.min(Number(text), settings.api_limit_max);
}

function sortOf(query: URLSearchParams): Pick<ImageQuery, "sortKey" | "direction"> {
  const sort = query.get("sort");
  if (sort !== null && (query.has("sort_key") || query.has("sort_dir"))) {
    throw new BadRequest("Old and new sorting syntax cannot be combined");
  }
  const [first = "", further] = (sort ?? query.get("sort_key") ?? "created_at").split(",");
  const [key = "", named] = sort === null ? [first] : first.split(":");
  const direction = named ?? query.get("sort_dir") ?? "desc";
  if (direction !== "asc" && direction !== "desc")
    throw new BadRequest(`Invalid sort direction: ${direction}`);
  if (
    further !== undefined ||
    query.getAll("sort_key").length > 1 ||
    (key !== "created_at" && key !== "name")
  ) {
    throw new BadRequest("Images can be sorted by created_at or by name.");
  }
  return { sortKey: key, direction };
}

function visibilityOf(text: string | null): ImageQuery["visibility"] {
  if (text === null) return undefined;
  const visibility = [...visibilities, "all" as const].find((word) => word === text);
  if (!visibility) throw new BadRequest(`Invalid visibility value: ${text}`);
  return visibility;
}

function hiddenOf(text: string | null): boolean {
  if (text === null || /^false$/i.test(text)) return false;
  if (/^true$/i.test(text)) return true;
  throw new BadRequest(`Invalid value '${text}' for 'os_hidden' filter. Valid values are 'true' or 'false'.`);
}

/** Equality with what the API shows of the image; `eq:` may stand before the value. */
function equals(image: Image, name: string, wanted: string): boolean {
  const value = imageDocument(image)[name];
  return value !== undefined && value !== null && String(value) === wanted.replace(/^eq:/, "");
}

/** The query string of GET /images. Throws BadRequest for what it does not understand. */
export function imageQuery(query: URLSearchParams, settings: Settings): ImageQuery {
  const name = query.get("name");
  const marker = query.get("marker");
  const visibility = visibilityOf(query.get("visibility"));
  const tags = query.getAll("tag").map((tag) => tag.trim());
  const equalities = [...query].filter(([key]) => !paging.has(key) && !own.has(key));
  if (query.has("changes-since")) throw new BadRequest("The changes-since filter is not supported on v2");
  return {
    limit: limitOf(query.get("limit"), settings),
    ...(marker === null ? {} : { marker }),
    ...sortOf(query),
    ...(name === null ? {} : { name: name.replace(/^eq:/, "") }),
    ...(visibility === undefined ? {} : { visibility }),
    hidden: hiddenOf(query.get("os_hidden")),
    matches: (image) =>
      tags.every((tag) => image.tags.includes(tag)) &&
      equalities.every(([key, value]) => equals(image, key, value)),
  };
}

/** `first` and `next` as Glance writes them: relative, without any prefix; every client depends on it. */
export function pageLinks(
  query: URLSearchParams,
  lastId: string | undefined,
): { first: string; next?: string } {
  const first = new URLSearchParams(query);
  first.delete("marker");
  const path = "/v2/images";
  const link = (parameters: URLSearchParams) => (parameters.size === 0 ? path : `${path}?${parameters}`);
  if (lastId === undefined) return { first: link(first) };
  const next = new URLSearchParams(first);
  next.set("marker", lastId);
  return { first: link(first), next: link(next) };
}

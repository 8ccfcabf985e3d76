import { BadRequest } from "../../errors.ts";
import type { Settings } from "../../settings.ts";
import type { Condition } from "../domain/image-filter.ts";
import { type MemberStatus, memberStatuses } from "../domain/member.ts";
import { visibilities } from "../domain/visibility.ts";
import type { ImageQuery } from "../operations/lists/image-query.ts";
import { imageFilters } from "./image-filters.ts";
import { imageSorting } from "./image-sorting.ts";

const MAX_PARAMETERS = 100;
const MAX_KEY = 255;
/** A gateway takes about 10,000 bytes of URL and headers in all. */
const MAX_VALUE = 8192;

/** Keys that filter nothing, or not by what the image says alone. */
const notFilters = new Set([
  "limit",
  "marker",
  "sort",
  "sort_key",
  "sort_dir",
  "tag",
  "visibility",
  "member_status",
]);

function refuseTooMuch(query: URLSearchParams): void {
  if (query.size > MAX_PARAMETERS)
    throw new BadRequest(`A list takes at most ${MAX_PARAMETERS} parameters; these are ${query.size}.`);
  for (const [key, value] of query) {
    if (key.length > MAX_KEY)
      throw new BadRequest(`The name of a filter has more than ${MAX_KEY} characters.`);
    if (value.length > MAX_VALUE)
      throw new BadRequest(`The value of '${key}' has more than ${MAX_VALUE} characters.`);
  }
}

function limitOf(text: string | undefined, settings: Settings): number {
  if (text === undefined) return Math.min(settings.limit_param_default, settings.api_limit_max);
  if (!/^\d+$/.test(text))
    throw new BadRequest(`limit param must be an integer that is not negative: ${text}`);
  return Math.min(Number(text), settings.api_limit_max);
}

/** Undefined: the default list. An empty value is a visibility that no image has. */
function visibilityOf(text: string | undefined): ImageQuery["visibility"] {
  if (text === undefined || text === "") return undefined;
  const visibility = [...visibilities, "all" as const].find((word) => word === text);
  if (!visibility)
    throw new BadRequest(
      `Invalid visibility value: ${text}. It must be one of: ${visibilities.join(", ")}, all.`,
    );
  return visibility;
}

function memberStatusOf(text: string | undefined): MemberStatus | "all" {
  if (text === undefined) return "accepted";
  const status = [...memberStatuses, "all" as const].find((word) => word === text);
  if (!status)
    throw new BadRequest(`Invalid status: ${text}. It must be one of: ${memberStatuses.join(", ")}, all.`);
  return status;
}

/**
 * The query string of GET /images (docs/reference/image-api.md, "Lists"). Throws BadRequest for what it does not
 * understand.
 */
export function imageQuery(query: URLSearchParams, settings: Settings): ImageQuery {
  refuseTooMuch(query);
  const last = new Map(query);
  const filters = new Map([...last].filter(([key]) => !notFilters.has(key)));
  const marker = last.get("marker");
  const visibility = visibilityOf(last.get("visibility"));
  const nothing: Condition[] = last.get("visibility") === "" ? [{ kind: "nothing" }] : [];
  return {
    limit: limitOf(last.get("limit"), settings),
    ...(marker === undefined ? {} : { marker }),
    order: imageSorting(query),
    ...(visibility === undefined ? {} : { visibility }),
    memberStatus: memberStatusOf(last.get("member_status")),
    conditions: [...nothing, ...imageFilters(filters, query.getAll("tag"))],
  };
}

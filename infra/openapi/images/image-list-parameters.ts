import {
  integerAttributes,
  listedAttributes,
  plainAttributes,
  timeAttributes,
} from "../../../shared/images/domain/image-filter.ts";
import { sortKeys } from "../../../shared/images/domain/image-order.ts";
import { memberStatuses } from "../../../shared/images/domain/member.ts";
import { visibilities } from "../../../shared/images/domain/visibility.ts";
import type { Parameter, Schema } from "../description.ts";

const query = (
  name: string,
  description: string,
  schema: Schema,
  more: Partial<Parameter> = {},
): Parameter => ({
  name,
  in: "query",
  description,
  schema,
  ...more,
});
const text: Schema = { type: "string" };
const whole: Schema = { type: "integer" };
const words = (...enumeration: string[]): Schema => ({ type: "string", enum: enumeration });

/** Repeated as `tag=a&tag=b`. */
const repeated = (name: string, description: string, items: Schema): Parameter =>
  query(name, description, { type: "array", items }, { style: "form", explode: true });

const keys = sortKeys.join("|");

const pages: readonly Parameter[] = [
  query(
    "limit",
    "Images on the page: 25 unless it is given (`limit_param_default`), at most 1,000 (`api_limit_max`). 0: none.",
    { type: "integer", minimum: 0 },
  ),
  query("marker", "Id of the image that the page begins after: the last one of the page before.", text),
];

const order: readonly Parameter[] = [
  query(
    "sort",
    "`key[:direction]`, several with commas between; `desc` unless a direction is given. Not together with " +
      "`sort_key` and `sort_dir`. Newest first by default.",
    { type: "string", pattern: `^(${keys})(:(asc|desc))?(,(${keys})(:(asc|desc))?)*$` },
    { example: "name:asc,created_at:desc" },
  ),
  repeated("sort_key", "The older syntax: one key, or several by repetition.", words(...sortKeys)),
  repeated(
    "sort_dir",
    "One direction for all keys, or as many as there are keys. Alone it is that of created_at.",
    words("asc", "desc"),
  ),
];

const whose: readonly Parameter[] = [
  query(
    "visibility",
    "Only images of this visibility. `community` and `all` add those community images that the list has not by itself.",
    words(...visibilities, "all"),
  ),
  query(
    "member_status",
    "Which images of others the project is shown: those it has accepted unless another status is named.",
    { ...words(...memberStatuses, "all"), default: "accepted" },
  ),
  query("os_hidden", "Hidden images instead of the others.", words("true", "false")),
  query("protected", "Only protected images, or only others.", words("true", "false")),
  repeated("tag", "Only images that have all of these tags.", text),
];

const listed = listedAttributes.map((name) =>
  query(
    name,
    `Only images of this ${name}: the value itself, \`eq:value\`, or any of at most 100 in \`in:one,other\`. Double ` +
      "quotes hold a value with commas together, a backslash before a quote keeps it. A value with a colon in it needs `eq:`.",
    text,
    name === "status" ? { example: "in:queued,active" } : {},
  ),
);

const times = timeAttributes.map((name) =>
  query(
    name,
    `Compared with ${name}: an ISO 8601 time or date, with \`gt:\`, \`gte:\`, \`lt:\`, \`lte:\`, \`eq:\` or \`neq:\` before it.`,
    text,
    { example: "gte:2026-01-31T12:00:00Z" },
  ),
);

const numbers = integerAttributes.flatMap((name) => [
  query(name, `Only images of exactly this ${name}.`, whole),
  query(`${name}_min`, `Only images with at least this ${name}.`, whole),
  query(`${name}_max`, `Only images with at most this ${name}.`, whole),
]);

const plain = plainAttributes.map((name) => query(name, `Only images of exactly this ${name}.`, text));

const custom = query(
  "properties",
  "Any other name is a custom property: only images that have it with exactly this value.",
  { type: "object", additionalProperties: text },
  { style: "form", explode: true, example: { os_distro: "debian" } },
);

/**
 * The query of GET /images (docs/reference/image-api.md, "Lists"): pages, order, whose images, and filters that all of
 * them must meet.
 */
export const imageListParameters: readonly Parameter[] = [
  ...pages,
  ...order,
  ...whose,
  ...listed,
  ...times,
  ...numbers,
  ...plain,
  custom,
];

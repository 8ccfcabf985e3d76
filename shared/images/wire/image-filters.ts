import { BadRequest } from "../../errors.ts";
import { parseIsoTime } from "../../http/iso-time.ts";
import { isBaseAttribute } from "../domain/image-attributes.ts";
import {
  type Condition,
  type IntegerAttribute,
  integerAttributes,
  isComparison,
  type ListedAttribute,
  listedAttributes,
  plainAttributes,
  type TimeAttribute,
  timeAttributes,
} from "../domain/image-filter.ts";
import { filterValue, listedValues } from "./filter-values.ts";
import { isShownProperty } from "./image-document.ts";

/** Values that one `in:` may name: each is a look-up of its own. */
const MAX_VALUES = 100;
/** Parts of Glance's own image that are no custom properties; there, filters of these names crash. */
const parts = new Set(["properties", "locations", "members"]);

const nothing: Condition = { kind: "nothing" };
const known = <Name extends string>(names: readonly Name[], key: string): Name | undefined =>
  names.find((name) => name === key);

function anyOf(attribute: ListedAttribute, text: string): Condition {
  const { operator, value } = filterValue(text);
  if (operator === "eq") return { kind: "any of", attribute, values: [value] };
  if (operator !== "in") {
    throw new BadRequest(
      `Unable to filter ${attribute} by unknown operator '${operator}'. The operators are eq and in; ` +
        `a value with a colon in it is written as eq:${text}`,
    );
  }
  const values = listedValues(value);
  if (values.length > MAX_VALUES)
    throw new BadRequest(`A filter takes at most ${MAX_VALUES} values; ${attribute} has ${values.length}.`);
  return { kind: "any of", attribute, values };
}

function atTime(attribute: TimeAttribute, text: string): Condition {
  const { operator, value } = filterValue(text);
  if (!isComparison(operator)) {
    throw new BadRequest(
      `Unable to filter ${attribute} by unknown operator '${operator}'. The operators are gt, gte, lt, lte, eq, neq.`,
    );
  }
  const threshold = parseIsoTime(value);
  if (threshold === undefined)
    throw new BadRequest(
      `Bad "${attribute}" query filter format: '${value}'. Use ISO 8601 DateTime notation, e.g. gt:2026-01-31T12:00:00Z.`,
    );
  return { kind: "compared", attribute, comparison: operator, threshold };
}

const integerOf = (text: string): number | undefined =>
  /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : undefined;

function atBound(key: string, text: string): Condition {
  const attribute = known(integerAttributes, key.slice(0, -4));
  if (!attribute) {
    throw new BadRequest(
      `Unable to filter on '${key}': _min and _max go with ${integerAttributes.join(", ")} only.`,
    );
  }
  const threshold = integerOf(text);
  if (threshold === undefined)
    throw new BadRequest(`Unable to filter on a range with a non-numeric value: ${key}=${text}`);
  return { kind: "compared", attribute, comparison: key.endsWith("_min") ? "gte" : "lte", threshold };
}

/** No operators here: `size=gt:5` is no size. */
function sameNumber(attribute: IntegerAttribute, text: string): Condition {
  const threshold = integerOf(text);
  return threshold === undefined ? nothing : { kind: "compared", attribute, comparison: "eq", threshold };
}

function flag(attribute: "protected" | "os_hidden", text: string): Condition {
  const word = attribute === "os_hidden" ? text.toLowerCase() : text;
  if (word !== "true" && word !== "false") {
    throw new BadRequest(
      `Invalid value '${text}' for '${attribute}' filter. Valid values are 'true' or 'false'.`,
    );
  }
  return { kind: "is", attribute, value: word === "true" };
}

/** What one key of the query asks for; undefined: nothing at all. Throws BadRequest. */
function conditionOf(key: string, text: string): Condition | undefined {
  if (key === "changes-since") throw new BadRequest("The changes-since filter is not supported on v2");
  if (key === "deleted") return undefined;
  if (key === "protected" || key === "os_hidden") return flag(key, text);
  const listed = known(listedAttributes, key);
  if (listed) return anyOf(listed, text);
  const time = known(timeAttributes, key);
  if (time) return atTime(time, text);
  if (/_(min|max)$/.test(key)) return atBound(key, text);
  const integer = known(integerAttributes, key);
  if (integer) return sameNumber(integer, text);
  const plain = known(plainAttributes, key);
  if (plain) return { kind: "is", attribute: plain, value: text };
  if (parts.has(key) || isBaseAttribute(key) || !isShownProperty(key)) return nothing;
  return { kind: "property", name: key, value: text };
}

/**
 * The filters of GET /images (docs/reference/image-api.md, "Lists"): all of them must be met; of a key given twice the
 * last one counts, except tags. Hidden images are wanted only where `os_hidden` says so. Throws BadRequest for what no
 * image can be asked, by a text that says how to ask.
 */
export function imageFilters(filters: ReadonlyMap<string, string>, tags: readonly string[]): Condition[] {
  return [
    ...new Map([["os_hidden", "false"], ...filters]).entries().flatMap(([key, text]) => {
      const condition = conditionOf(key, text);
      return condition ? [condition] : [];
    }),
    ...tags.map((tag) => ({ kind: "tag", value: tag.trim() }) as const),
  ];
}

import { ownValue } from "../../own-value.ts";
import type { Image } from "./image.ts";
import { statuses } from "./status.ts";

/** Attributes whose filter takes `eq:` and `in:`. */
export const listedAttributes = ["name", "id", "status", "container_format", "disk_format"] as const;
export type ListedAttribute = (typeof listedAttributes)[number];

/** Attributes that have a lower and an upper bound: `size_min`, `min_ram_max`. */
export const integerAttributes = ["size", "virtual_size", "min_ram", "min_disk"] as const;
export type IntegerAttribute = (typeof integerAttributes)[number];

/** Attributes that a filter compares as they are. */
export const plainAttributes = ["owner", "checksum", "os_hash_algo", "os_hash_value"] as const;
export type PlainAttribute = (typeof plainAttributes)[number];

export const timeAttributes = ["created_at", "updated_at"] as const;
export type TimeAttribute = (typeof timeAttributes)[number];

const comparisons = {
  gt: (value: number, threshold: number) => value > threshold,
  gte: (value: number, threshold: number) => value >= threshold,
  lt: (value: number, threshold: number) => value < threshold,
  lte: (value: number, threshold: number) => value <= threshold,
  eq: (value: number, threshold: number) => value === threshold,
  neq: (value: number, threshold: number) => value !== threshold,
} as const;
export type Comparison = keyof typeof comparisons;
export const isComparison = (word: string): word is Comparison => Object.hasOwn(comparisons, word);

/** One thing that a listed image must be. */
export type Condition =
  | { readonly kind: "any of"; readonly attribute: ListedAttribute; readonly values: readonly string[] }
  | {
      readonly kind: "compared";
      readonly attribute: IntegerAttribute | TimeAttribute;
      readonly comparison: Comparison;
      /** Times are milliseconds since 1970. */
      readonly threshold: number;
    }
  | {
      readonly kind: "is";
      readonly attribute: PlainAttribute | "protected" | "os_hidden";
      readonly value: string | boolean;
    }
  | { readonly kind: "tag"; readonly value: string }
  | { readonly kind: "property"; readonly name: string; readonly value: string }
  /** Nothing can be that. */
  | { readonly kind: "nothing" };

const isTime = (attribute: IntegerAttribute | TimeAttribute): attribute is TimeAttribute =>
  attribute === "created_at" || attribute === "updated_at";

/** Times as the API shows them, in whole seconds: what a client has read it must be able to find. */
const comparable = (image: Image, attribute: IntegerAttribute | TimeAttribute): number | null =>
  isTime(attribute) ? Math.floor(Date.parse(image[attribute]) / 1000) * 1000 : image[attribute];

/** Nothing that is missing meets a condition, as in SQL. */
export function meets(image: Image, condition: Condition): boolean {
  switch (condition.kind) {
    case "any of": {
      const value = image[condition.attribute];
      return value !== null && condition.values.includes(value);
    }
    case "compared": {
      const value = comparable(image, condition.attribute);
      return value !== null && comparisons[condition.comparison](value, condition.threshold);
    }
    case "is":
      return image[condition.attribute] === condition.value;
    case "tag":
      return image.tags.includes(condition.value);
    case "property":
      return ownValue(image.properties, condition.name) === condition.value;
    case "nothing":
      return false;
  }
}

/** Images of these are in no list (docs/reference/image-api.md, "Lists"). */
const unlisted: ReadonlySet<string> = new Set(["killed", "deleted", "pending_delete"]);
const isListedStatus = (word: string): boolean =>
  !unlisted.has(word) && statuses.some((each) => each === word);

/** Whether no listed image can ever meet it: nothing needs to be read then. */
export const isImpossible = (condition: Condition): boolean =>
  condition.kind === "nothing" ||
  (condition.kind === "any of" &&
    !condition.values.some((value) => condition.attribute !== "status" || isListedStatus(value)));

/** The values that one attribute may have, where a condition names them all. */
export function namedValues(
  conditions: readonly Condition[],
  attribute: ListedAttribute,
): readonly string[] | undefined {
  const condition = conditions.find((each) => each.kind === "any of" && each.attribute === attribute);
  return condition?.kind === "any of" ? [...new Set(condition.values)] : undefined;
}

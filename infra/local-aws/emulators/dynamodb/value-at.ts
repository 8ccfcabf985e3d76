import { ownValue } from "../../own-value.ts";
import type { AttributeValue, Item } from "./item.ts";
import type { ParsedPath } from "./parsed-condition.ts";

/** What stands at a document path; undefined: nothing. */
export function valueAt(path: ParsedPath, item: Item | undefined): AttributeValue | undefined {
  let value: AttributeValue | undefined = item && { M: item };
  for (const step of path) value = typeof step === "number" ? value?.L?.[step] : ownValue(value?.M, step);
  return value;
}

import { BadRequest } from "../../errors.ts";
import { parseIsoTime } from "../../http/iso-time.ts";

export interface FilterValue {
  readonly operator: string;
  readonly value: string;
}

/**
 * `operator:value`, cut at the first colon; a time of day has colons, too, and is a value (docs/reference/image-api.md,
 * "Lists").
 */
export function filterValue(text: string): FilterValue {
  const colon = text.indexOf(":");
  if (colon < 0 || parseIsoTime(text) !== undefined) return { operator: "eq", value: text };
  return { operator: text.slice(0, colon), value: text.slice(colon + 1) };
}

const badList = (text: string, fault: string) =>
  new BadRequest(
    `Invalid filter value ${text}: ${fault}. Put values that hold commas into double quotes, ` +
      'with a comma between values, and a backslash before a quote that belongs to a value: in:"a,b",c',
  );

/**
 * The values of `in:`. Commas separate; double quotes hold a value together; a backslash keeps a quote as it is.
 * A comma at the very end adds no value.
 */
export function listedValues(text: string): string[] {
  const values: string[] = [];
  let value = "";
  let isQuoted = false;
  let wasQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "\\" && text[at + 1] === '"') {
      value += '"';
      at++;
    } else if (character === '"' && isQuoted) {
      if (at + 1 < text.length && text[at + 1] !== ",")
        throw badList(text, "there is no comma after a closing quotation mark");
      [isQuoted, wasQuoted] = [false, true];
    } else if (character === '"') {
      if (at > 0 && text[at - 1] !== ",")
        throw badList(text, "there is no comma before an opening quotation mark");
      isQuoted = true;
    } else if (character === "," && !isQuoted) {
      values.push(value);
      [value, wasQuoted] = ["", false];
    } else value += character;
  }
  if (isQuoted) throw badList(text, "a quotation mark is not closed");
  if (value !== "" || wasQuoted) values.push(value);
  return values;
}

import type { Template } from "./check.ts";
import { PolicySyntaxError } from "./policy-syntax-error.ts";

/**
 * The value of a check: text with `%(name)s` for values of the target and `%%` for a percent sign. The other
 * conversions of Python's `%` are refused: they fail or show whole objects there. `at` is where `text` begins.
 */
export function parseTemplate(text: string, at: number): Template {
  const pieces: string[] = [];
  let constant = "";
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== "%") {
      constant += text[index];
    } else if (text[index + 1] === "%") {
      constant += "%";
      index++;
    } else {
      const [place, name] = /^%\(([^()]+)\)s/.exec(text.slice(index)) ?? [];
      if (place === undefined || name === undefined) {
        throw new PolicySyntaxError(at + index, "after % there must be (name)s, or another %");
      }
      pieces.push(constant, name);
      constant = "";
      index += place.length - 1;
    }
  }
  return [...pieces, constant];
}

import type { Expression } from "./check.ts";
import { parseSingleCheck } from "./parse-single-check.ts";
import { PolicySyntaxError } from "./policy-syntax-error.ts";

export type Token = { readonly text: string; readonly at: number } & (
  | { readonly kind: "(" | ")" | "and" | "or" | "not" | "end" }
  | { readonly kind: "check"; readonly check: Expression }
);

const keywords = ["and", "or", "not"] as const;

/** A word between blanks: parentheses belong to the expression only at its two ends, as in oslo.policy. */
function* wordTokens(word: string, at: number): Generator<Token> {
  const [, open = "", text = "", close = ""] = /^(\(*)(.*?)(\)*)$/s.exec(word) ?? [];
  for (let index = 0; index < open.length; index++) yield { kind: "(", text: "(", at: at + index };
  const textAt = at + open.length;
  const keyword = keywords.find((each) => each === text.toLowerCase());
  if (keyword) {
    yield { kind: keyword, text, at: textAt };
  } else if (/^(?:'.*'|".*")$/s.test(text)) {
    throw new PolicySyntaxError(textAt, `\`${text}\` is only a text: expected a check`);
  } else if (text !== "") {
    yield { kind: "check", text, at: textAt, check: parseSingleCheck(text, textAt) };
  }
  const closeAt = textAt + text.length;
  for (let index = 0; index < close.length; index++) yield { kind: ")", text: ")", at: closeAt + index };
}

/** The tokens of a rule, the last of which is `end`. Throws PolicySyntaxError. */
export function* tokensOf(text: string): Generator<Token, undefined> {
  for (const match of text.matchAll(/\S+/g)) yield* wordTokens(match[0], match.index + 1);
  yield { kind: "end", text: "the end", at: text.length + 1 };
}

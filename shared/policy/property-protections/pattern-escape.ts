import { ownValue } from "../../own-value.ts";

/** Python's classes of characters, which know all scripts, as parts of a JavaScript class with the flag v. */
const classes: Readonly<Record<string, string>> = {
  d: "\\p{Nd}",
  w: "[\\p{L}\\p{N}_]",
  s: "[[\\s\\x1c-\\x1f\\x85]--[\\ufeff]]",
};

const controls: Readonly<Record<string, string>> = {
  a: "\x07",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** What an escape stands for, and how many characters it has with its backslash. */
export type PatternEscape = { readonly length: number } & (
  | { readonly kind: "character"; readonly character: string }
  /** Good inside and outside a class. */
  | { readonly kind: "class"; readonly source: string }
  | { readonly kind: "other"; readonly letter: string }
);

const hexEscape = /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/;
const octalEscape = /^\\(0[0-7]{0,2}|[1-3][0-7]{2})/;

function character(code: number, length: number): PatternEscape | undefined {
  if (code > 0x10ffff) return undefined;
  return { kind: "character", character: String.fromCodePoint(code), length };
}

/** The escape at the beginning of `text`; undefined for one that Python has not, or that is cut off. */
export function patternEscape(text: string): PatternEscape | undefined {
  const hex = hexEscape.exec(text);
  if (hex) return character(Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? "", 16), hex[0].length);
  const octal = octalEscape.exec(text);
  if (octal) return character(Number.parseInt(octal[1] ?? "", 8), octal[0].length);
  const letter = String.fromCodePoint(text.codePointAt(1) ?? 0);
  if (text.length < 2) return undefined;
  const length = 1 + letter.length;
  const control = ownValue(controls, letter);
  if (control !== undefined) return { kind: "character", character: control, length };
  const source = ownValue(classes, letter.toLowerCase());
  if (source !== undefined) {
    return { kind: "class", source: letter === letter.toLowerCase() ? source : `[^${source}]`, length };
  }
  if (/[AZbB1-9]/.test(letter)) return { kind: "other", letter, length };
  return /[a-zA-Z]/.test(letter) ? undefined : { kind: "character", character: letter, length };
}

/** A character that stands for itself, inside and outside a class. */
export const literal = (text: string): string =>
  /^[A-Za-z0-9_]$/.test(text) ? text : `\\u{${text.codePointAt(0)?.toString(16)}}`;

import { ownValue } from "../own-value.ts";

/** A name has no more characters (docs/reference/image-api.md, "Attributes"). */
const MAX_CHARACTERS = 255;
/** Behind this many bytes every character takes three: 255 of any kind fit into 960 bytes. */
const PLAIN_BYTES = 776;
/** Digits of the dense form: 104 to the power of 3 is more than there are code points. */
const [BASE, FIRST_DIGIT] = [104, 0x10];

/** NUL ends a name in a sort key, so it must not be in one. */
const ESCAPES: Readonly<Record<string, string>> = { "\u0000": "\u0001\u0001", "\u0001": "\u0001\u0002" };
const EMPTY = "\u0001";

const encoder = new TextEncoder();

const digit = (value: number): string => String.fromCharCode(FIRST_DIGIT + (value % BASE));

const dense = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  return digit(Math.floor(code / BASE ** 2)) + digit(Math.floor(code / BASE)) + digit(code);
};

/**
 * A name as the beginning of a sort key. Keys are ordered as the names are, by code points, no name before the
 * empty one; no two names have the same key, and none has more than 960 bytes, though a name can have 1,020. That
 * leaves room in a sort key's 1,024 bytes for a NUL, the time and the id. Usual names stand for themselves.
 */
export function nameKey(name: string | null): string {
  if (name === null) return "";
  if (name === "") return EMPTY;
  // A UTF-16 unit takes at most three bytes.
  const isShort = name.length * 3 <= PLAIN_BYTES;
  if (isShort && !name.includes("\u0000") && !name.includes("\u0001")) return name;
  let key = "";
  let bytes = 0;
  for (const character of [...name].slice(0, MAX_CHARACTERS)) {
    if (bytes >= PLAIN_BYTES) {
      key += dense(character);
      continue;
    }
    const plain = ownValue(ESCAPES, character) ?? character;
    bytes += encoder.encode(plain).length;
    key += plain;
  }
  return key;
}

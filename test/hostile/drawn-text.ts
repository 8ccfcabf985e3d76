import type { Random } from "../model/images/catalogue/random.ts";

/** Names that an object has by birth, words of the service, and characters that are special somewhere. */
export const oddWords: readonly string[] = [
  "constructor",
  "__proto__",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "__defineGetter__",
  "then",
  "length",
  "",
  " ",
  "null",
  "undefined",
  "NaN",
  "-0",
  "1e400",
  "0x10",
  "true",
  "[]",
  "{}",
  "*",
  "%",
  "%s%n",
  "%00",
  "..",
  "../../etc/passwd",
  "$where",
  "{{7*7}}",
  "' OR 1=1 --",
  "<script>alert(1)</script>",
  "file:///etc/passwd",
  "http://169.254.169.254/latest/meta-data",
  "json:{}",
  "os_glance_x",
  "locations",
  "status",
  "owner",
  "id",
  "\u0000",
  "\u202e",
  "\ufeff",
  "\u{1F600}",
  "é",
  "e\u0301",
  "ß",
  "İ",
];

const alphabets = [
  "abcdefghijklmnopqrstuvwxyz0123456789-_.",
  " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
  "\u0000\u0001\t\n\r\u001b\u007f\u0080ÿ",
  "äλЖ中\u2028\ufffd\u{10FFFF}",
];

/** A text of up to `most` characters of some alphabet. */
export function drawnText(random: Random, most = 40): string {
  const alphabet = [...random.pick(alphabets)];
  return Array.from({ length: random.below(most + 1) }, () => random.pick(alphabet)).join("");
}

/** Mostly an odd word, sometimes any text, sometimes a very long one. */
export function oddText(random: Random): string {
  const kind = random.below(10);
  if (kind === 0) return random.pick(["x", "é", "%41", "🙂"]).repeat(1 + random.below(3000));
  return kind < 7 ? random.pick(oddWords) : drawnText(random);
}

/** Bytes that may stand in a header or a request line as they are: no CR, LF or NUL. */
export const oneLine = (text: string): string => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?");

/** One that JSON can write. `depth` bounds how deep it nests. */
export function oddValue(random: Random, depth = 3): unknown {
  const kind = random.below(depth > 0 ? 12 : 9);
  if (kind < 3) return oddText(random);
  if (kind === 3) return random.pick([0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, Number.MIN_VALUE]);
  if (kind === 4) return random.pick([true, false]);
  if (kind === 5) return null;
  if (kind < 9) return random.pick(["raw", "bare", "public", "shared", "queued", "active", 0, 1]);
  if (kind < 11) return Array.from({ length: random.below(4) }, () => oddValue(random, depth - 1));
  return oddObject(random, depth - 1);
}

/** An object under names that may be those of every object, which only entries can give it. */
export function oddObject(random: Random, depth = 3, names: readonly string[] = oddWords): object {
  const entries = Array.from({ length: random.below(5) }, () => [
    random.below(3) > 0 ? random.pick(names) : oddText(random),
    oddValue(random, depth),
  ]);
  return Object.fromEntries(entries);
}

/** Changes a few bytes, cuts the end off, or doubles a piece. */
export function damaged(random: Random, bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  const kind = random.below(4);
  if (kind === 0) return copy.subarray(0, random.below(copy.length + 1));
  if (kind === 1) {
    const at = random.below(copy.length + 1);
    return Buffer.concat([copy.subarray(0, at), copy.subarray(random.below(at + 1))]);
  }
  for (let count = 1 + random.below(4); count > 0 && copy.length > 0; count -= 1) {
    copy[random.below(copy.length)] = random.below(256);
  }
  return copy;
}

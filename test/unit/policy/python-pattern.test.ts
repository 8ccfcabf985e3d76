import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PatternError } from "../../../shared/policy/property-protections/pattern-error.ts";
import { pythonPattern } from "../../../shared/policy/property-protections/python-pattern.ts";

const finds = (pattern: string, text: string): boolean => new RegExp(...pythonPattern(pattern)).test(text);

test.each([
  ["x_.*", "ax_b", true],
  ["^x_.*", "ax_b", false],
  ["x_$", "ax_", true],
  ["^x$", "x\n", true],
  ["^x\\Z", "x\n", false],
  ["\\Ax", "ax", false],
  ["a.b", "a\nb", false],
  ["a.b", "a\u2028b", true],
  ["(?s)a.b", "a\nb", true],
  ["a(?s:.)b|c.d", "a\nb", true],
  ["a(?s:.)b|c.d", "c\nd", false],
  ["(?s)a(?-s:.)b", "a\nb", false],
  ["(?s:a(?i:.)B)", "a\nB", true],
  ["(?s:a(?-i:.)b)", "a\nb", true],
  ["(?i:a.b)", "a\nb", false],
  ["(?s:a(?-s:.)b.c)", "a\nb\nc", false],
  ["(?s:a(?-s:b).c)", "ab\nc", true],
  ["(?s:a).b", "a\nb", false],
  ["(?i)SECRET", "my_secret", true],
  ["(?i:a)B", "aB", true],
  ["(?i:a)B", "ab", false],
  ["(?i)a(?-i:b)", "AB", false],
  ["(?u)é", "é", true],
  ["^\\w+$", "é_9", true],
  ["^\\W$", "é", false],
  ["^\\W$", "-", true],
  ["^\\S$", "a", true],
  ["^\\d$", "٣", true],
  ["^\\D$", "٣", false],
  ["^\\D$", "a", true],
  ["^\\s$", "\x1c", true],
  ["^\\s$", "\ufeff", false],
  ["\\bkey\\b", "a key", true],
  ["\\bkey\\b", "ékey", false],
  ["\\Bkey", "ékey", true],
  ["^[\\w.-]+$", "a.b-ñ", true],
  ["^[^\\W_]$", "_", false],
  ["^[^\\W_]$", "a", true],
  ["[]a]", "]", true],
  ["[^]a]", "]", false],
  ["^[a-]$", "-", true],
  ["^[a-c&&d]$", "&", true],
  ["^[[a]$", "[", true],
  ["^[\\b]$", "\b", true],
  ["(?P<n>a)(?P=n)", "aa", true],
  ["(a|b)\\1", "ab", false],
  ["(a|b)\\1", "bb", true],
  ["x(?#note)y", "xy", true],
  ["a(?=b)", "ab", true],
  ["(?<!a)b", "ab", false],
  ["^a{2}$", "aa", true],
  ["^a{,2}$", "", true],
  ["^a{1,}?$", "aaa", true],
  ["a{", "a{", true],
  ["a{}", "a{}", true],
  ["a{x}", "a{x}", true],
  ["}]", "}]", true],
  ["\\x41\\u00e9\\101\\0", "AéA\0", true],
  ["\\U0001F600", "😀", true],
  ["^.$", "😀", true],
  ["a\\.b\\-c\\/", "a.b-c/", true],
  ["a/b", "a/b", true],
  ["é{2}", "éé", true],
])("%s in %j: %s", (pattern, text, expected) => {
  expect(finds(pattern, text)).toBe(expected);
});

describe("what JavaScript or Python cannot do is refused", () => {
  test.each([
    ["a(", "a parenthesis is not closed"],
    ["a)", "never opened"],
    ["[a", "a class is not closed"],
    ["[", "a class is not closed"],
    ["[\\w-z]", "a range needs a character at both its ends"],
    ["[z-a]", "out of order"],
    ["*a", "Nothing to repeat"],
    ["a**", "Nothing to repeat"],
    ["a*+", "possessive quantifiers"],
    ["(?>a)", "this kind of group"],
    ["(a)(?(1)b|c)", "this kind of group"],
    ["a(?i)", "this kind of group"],
    ["(?x)a b", "the flag x is not supported"],
    ["(?m)^a", "the flag m is not supported"],
    ["(?a)\\w", "the flag a is not supported"],
    ["(?x:a b)", "the flag x is not supported"],
    ["a(?i-m:^b)", "the flag m is not supported"],
    ["\\q", "an escape that Python does not know"],
    ["[\\q]", "an escape that Python does not know"],
    ["\\p{L}", "an escape that Python does not know"],
    ["a\\", "an escape that Python does not know"],
    ["(a)\\2", "there is no group 2"],
    ["(a\\1)", "there is no group 1, or it is not closed yet"],
    ["(?P=n)(?P<n>a)", "there is no group n"],
    ["\\b+a", "Invalid quantifier"],
  ])("%s: %s", (pattern, reason) => {
    expect(() => pythonPattern(pattern)).toThrow(PatternError);
    expect(() => pythonPattern(pattern)).toThrow(reason);
  });
});

test("any text is a pattern or a PatternError", () => {
  const pieces = fc.constantFrom(
    "[",
    "]",
    "(",
    ")",
    "^",
    "-",
    "\\",
    "w",
    "a",
    "{",
    "}",
    "1",
    ",",
    "?",
    "*",
    "|",
    "$",
    "P",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(pieces).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (pattern) => {
      try {
        new RegExp(...pythonPattern(pattern));
      } catch (error) {
        expect(error).toBeInstanceOf(PatternError);
      }
    }),
    { numRuns: 300 },
  );
});

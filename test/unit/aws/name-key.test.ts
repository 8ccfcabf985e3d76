import fc from "fast-check";
import { expect, it } from "vitest";
import { nameKey } from "../../../shared/aws/name-key.ts";
import { compareText } from "../../../shared/text/text-order.ts";

const bytes = (text: string) => Buffer.from(text);

const unit = fc.oneof(
  fc.constantFrom("\u0000", "\u0001", "\u0002", "a", "\uffff", "\u{10000}", "\u{10FFFF}"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
);
/** Two names that begin alike, often up to where keys are written in another way. */
const names = fc
  .tuple(unit, fc.integer({ min: 0, max: 255 }), fc.array(unit), fc.array(unit))
  .map(([start, count, one, other]) =>
    [one, other].map((end) => [...start.repeat(count), ...end].slice(0, 255).join("")),
  ) as fc.Arbitrary<[string, string]>;

it("keys of names are ordered as the names are, all different, and fit", () => {
  fc.assert(
    fc.property(names, ([one, other]) => {
      const [first, second] = [one, other].map((name) => bytes(`${nameKey(name)}\u00002026`));
      if (!first || !second) throw new Error("two names have two keys");
      expect(Math.sign(Buffer.compare(first, second))).toBe(
        Math.sign(Buffer.compare(bytes(one), bytes(other))),
      );
      expect(first.length).toBeLessThanOrEqual(960 + 5);
      const isPrefix = second.subarray(0, first.length - 4).equals(first.subarray(0, -4));
      expect(isPrefix).toBe(one === other);
    }),
    { numRuns: 2000 },
  );
});

it("the longest names of any one character fit into 960 bytes", () => {
  for (const character of ["a", "\u0000", "ä", "\uffff", "\u{1F600}", "\u{10FFFF}"])
    expect(bytes(nameKey(character.repeat(255))).length).toBeLessThanOrEqual(960);
});

it("no name comes before the empty one, and usual names stand for themselves", () => {
  const keys = [null, "", "\u0000", "\u0001", " ", "a"].map((name) => `${nameKey(name)}\u00002026`);
  expect(keys.toSorted(compareText)).toEqual(keys);
  expect(nameKey("Debian 13 (trixie)")).toBe("Debian 13 (trixie)");
});

it("texts are compared as their bytes in UTF-8 are", () => {
  const text = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(text, text, text, (start, one, other) => {
      const texts = [start + one, start + other] as const;
      expect(Math.sign(compareText(...texts))).toBe(
        Math.sign(Buffer.compare(bytes(texts[0]), bytes(texts[1]))),
      );
    }),
  );
});

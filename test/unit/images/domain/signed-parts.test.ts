import fc from "fast-check";
import { expect, test } from "vitest";
import {
  lengthsText,
  partLengths,
  totalBytes,
  withParts,
} from "../../../../shared/images/domain/signed-parts.ts";

const part = fc.record({
  number: fc.integer({ min: 1, max: 10_000 }),
  size: fc.integer({ min: 1, max: 5 * 1024 ** 3 }),
});

test("lengths are read back as they were written, each part with its longest", () => {
  fc.assert(
    fc.property(fc.array(part), fc.array(part), (some, others) => {
      const lengths = withParts(withParts(new Map(), some), others);
      expect(new Map(partLengths(lengthsText(lengths)))).toEqual(
        new Map([...lengths].sort(([one], [other]) => one - other)),
      );
      for (const { number, size } of [...some, ...others])
        expect(lengths.get(number)).toBeGreaterThanOrEqual(size);
    }),
  );
});

test("an image cut evenly is one run and its rest, whatever the order", () => {
  const numbers = Array.from({ length: 10_000 }, (_, at) => at + 1).reverse();
  const lengths = withParts(
    new Map(),
    numbers.map((number) => ({ number, size: number === 10_000 ? 7 : 16_777_216 })),
  );
  expect(lengthsText(lengths)).toBe("1-9999*16777216,10000*7");
  expect(totalBytes(lengths)).toBe(9999 * 16_777_216 + 7);
});

test("10,000 parts that all differ fit into an item of the table", () => {
  const parts = Array.from({ length: 10_000 }, (_, at) => ({ number: at + 1, size: 5 * 1024 ** 3 - at }));
  expect(lengthsText(withParts(new Map(), parts)).length).toBeLessThan(200_000);
});

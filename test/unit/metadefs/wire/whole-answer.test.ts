import { expect, it } from "vitest";
import { wholeAnswer } from "../../../../shared/metadefs/wire/whole-answer.ts";

it("gives what a function may answer, and refuses what it may not, as Lambda counts it", () => {
  const names = (count: number) => Array.from({ length: count }, () => '"'.repeat(100));
  const least = { tags: names(14_000) };
  expect(wholeAnswer(least)).toMatchObject({ status: 200, body: least });
  expect(Buffer.byteLength(JSON.stringify({ body: JSON.stringify(least) }))).toBeLessThan(6 * 1024 ** 2);
  // The body alone is far below 6 MB: it grows where it is a text in the function's answer.
  const more = { tags: names(16_000) };
  expect(Buffer.byteLength(JSON.stringify(more))).toBeLessThan(4_000_000);
  expect(() => wholeAnswer(more)).toThrow("larger than a function may give");
});

import { expect, test } from "vitest";
import { MIN_PART_BYTES } from "../../../../../shared/aws/multipart-limits.ts";
import { chooseSegments } from "../../../../../shared/images/adapters/swift/choose-segments.ts";
import { PartsRefused } from "../../../../../shared/images/ports/presigning-store.ts";

const segment = (number: number, size = MIN_PART_BYTES) => ({
  number,
  size,
  etag: `etag ${number}`,
  name: `${number}`,
});
const named = (...numbers: number[]) => numbers.map((number) => ({ number, etag: `etag ${number}` }));
const refusal = (stored: readonly ReturnType<typeof segment>[], parts: ReturnType<typeof named>) =>
  expect(chooseSegments(async () => stored, parts)).rejects;

test("a part that the listing shows late is waited for", async () => {
  const looks = [[segment(1)], [segment(1)], [segment(1), segment(2)]];
  const chosen = await chooseSegments(async () => looks.shift() ?? [], named(1, 2));
  expect(chosen.map(({ number }) => number)).toEqual([1, 2]);
});

test("only the named parts are chosen", async () => {
  const chosen = await chooseSegments(async () => [segment(1), segment(2), segment(3)], named(1, 3));
  expect(chosen.map(({ number }) => number)).toEqual([1, 3]);
});

test("the last part may be small, no other", async () => {
  await expect(chooseSegments(async () => [segment(1), segment(2, 1)], named(1, 2))).resolves.toHaveLength(2);
  await refusal([segment(1, MIN_PART_BYTES - 1), segment(2)], named(1, 2)).toThrow("part 1 is too small");
});

test("no parts, and parts out of order or twice, are refused", async () => {
  await refusal([segment(1)], []).toBeInstanceOf(PartsRefused);
  await refusal([segment(1), segment(2)], named(2, 1)).toThrow("not in order");
  await refusal([segment(1)], named(1, 1)).toThrow("not in order");
});

test("a part that is another one, or never comes, is refused", async () => {
  await refusal([segment(1)], [{ number: 1, etag: "another" }]).toThrow("part 1 is missing or changed");
});

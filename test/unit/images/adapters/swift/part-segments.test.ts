import { expect, test } from "vitest";
import { segmentName, segmentsOf } from "../../../../../shared/images/adapters/swift/part-segments.ts";

const stored = (number: number, size: number, last_modified: string, bytes = size) => ({
  name: segmentName(number, size),
  bytes,
  hash: `md5 of ${number}-${size}`,
  last_modified,
});

test("parts are in the order of their numbers, whatever the order of the listing", () => {
  const listing = [stored(10_000, 1, "1"), stored(2, 7, "1"), stored(11, 3, "1")];
  expect(segmentsOf(listing).map(({ number, size }) => [number, size])).toEqual([
    [2, 7],
    [11, 3],
    [10_000, 1],
  ]);
});

test("an object of another length than its name says is no part, nor is a manifest", () => {
  const manifest = { name: "manifest-1-0", bytes: 10, hash: "", last_modified: "1" };
  expect(segmentsOf([stored(1, 5, "1", 4), stored(2, 5, "1", 6), manifest, null, {}])).toEqual([]);
});

test("of a part in several sizes the one that was written last counts", () => {
  const [early, late] = ["2026-01-01T00:00:00.000009", "2026-01-01T00:00:00.000010"];
  expect(segmentsOf([stored(1, 5, late), stored(1, 900, early)])).toMatchObject([{ size: 5 }]);
  expect(segmentsOf([stored(1, 5, early), stored(1, 900, late)])).toMatchObject([{ size: 900 }]);
});

import { expect, it } from "vitest";
import { changeMark } from "../../../../shared/metadefs/adapters/dynamodb/change-mark.ts";

it("marks of changes are UUIDs of version 7, all different, and sort by their times", () => {
  const at = Date.UTC(2026, 0, 1);
  const marks = Array.from({ length: 1000 }, (_, n) => changeMark(new Date(at + n)));
  for (const mark of marks)
    expect(mark).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(marks.toSorted()).toEqual(marks);
  expect(new Set(Array.from({ length: 1000 }, () => changeMark(new Date(at)))).size).toBe(1000);
  expect(changeMark(new Date(0))).toMatch(/^00000000-0000-7/);
});

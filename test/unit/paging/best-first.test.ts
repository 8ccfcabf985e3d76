import { expect, test } from "vitest";
import { BestFirst } from "../../../shared/paging/best-first.ts";

test("entries of the same place stay in the order in which they came", () => {
  const best = new BestFirst<readonly [number, string]>({ compare: ([a], [b]) => a - b, count: 4 });
  const found = [
    [1, "a"],
    [0, "b"],
    [1, "c"],
    [1, "d"],
    [0, "e"],
  ] as const;
  for (const entry of found) best.add(entry);
  expect(best.take().map(([, name]) => name)).toEqual(["b", "e", "a", "c"]);
  expect(best.take()).toEqual([]);
});

import { expect, it } from "vitest";
import { metadefCostsAmong } from "./access-patterns.ts";

it("the usual operations cost the same among 50 namespaces and among 50,000", async () => {
  expect(await metadefCostsAmong(50_000)).toEqual(await metadefCostsAmong(50));
});

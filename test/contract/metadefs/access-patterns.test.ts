import { expect, it } from "vitest";
import { metadefCostsAmong } from "./access-patterns.ts";

it("the usual operations cost the same among 50 namespaces and among 2,000", async () => {
  const [few, many] = [await metadefCostsAmong(50), await metadefCostsAmong(2000)];
  console.table(many);
  expect(many).toEqual(few);
});

import { describe, expect, it } from "vitest";
import { emptyImage, type Image } from "../../../../shared/images/domain/image.ts";
import {
  type Comparison,
  type Condition,
  isImpossible,
  meets,
  namedValues,
} from "../../../../shared/images/domain/image-filter.ts";

const image: Image = {
  ...emptyImage,
  id: "i",
  name: "one",
  owner: "demo",
  size: 5,
  created_at: "2026-01-01T00:00:01.900Z",
  updated_at: "2026-01-01T00:00:03.000Z",
  tags: ["a"],
  properties: { os_distro: "debian", nothing: null },
};
const anyOf = (attribute: "name" | "id" | "status", ...values: string[]): Condition => ({
  ...{ kind: "any of", attribute, values },
});

describe("a listed image meets", () => {
  const compared = (attribute: "size" | "min_ram" | "virtual_size" | "created_at" | "updated_at") =>
    Object.fromEntries(
      (["gt", "gte", "lt", "lte", "eq", "neq"] as Comparison[]).map((comparison) => [
        comparison,
        (threshold: number) => meets(image, { kind: "compared", attribute, comparison, threshold }),
      ]),
    ) as Record<Comparison, (threshold: number) => boolean>;

  it("numbers on their side of a bound", () => {
    const { gt, gte, lt, lte, eq, neq } = compared("size");
    expect([gt(4), gt(5), gte(5), gte(6)]).toEqual([true, false, true, false]);
    expect([lt(6), lt(5), lte(5), lte(4)]).toEqual([true, false, true, false]);
    expect([eq(5), eq(4), neq(4), neq(5)]).toEqual([true, false, true, false]);
  });

  it("times as they are shown, in whole seconds", () => {
    const second = Date.parse("2026-01-01T00:00:01.000Z");
    expect([compared("created_at").eq(second), compared("created_at").gt(second)]).toEqual([true, false]);
    expect(compared("updated_at").eq(second + 2000)).toBe(true);
  });

  it("no comparison by what it does not have, not even with another value", () => {
    for (const meet of Object.values(compared("virtual_size"))) expect(meet(0)).toBe(false);
    expect(meets({ ...image, name: null }, anyOf("name", "one"))).toBe(false);
  });

  it("its own values, tags and properties, and nothing that no image can be", () => {
    expect(meets(image, { kind: "is", attribute: "owner", value: "demo" })).toBe(true);
    expect(meets(image, { kind: "is", attribute: "protected", value: true })).toBe(false);
    expect(["a", "b"].map((value) => meets(image, { kind: "tag", value }))).toEqual([true, false]);
    const property = (name: string, value: string) => meets(image, { kind: "property", name, value });
    expect([property("os_distro", "debian"), property("os_distro", "x")]).toEqual([true, false]);
    expect([property("nothing", "null"), property("toString", "x")]).toEqual([false, false]);
    expect(meets(image, { kind: "nothing" })).toBe(false);
  });
});

it("only what no listed image can be needs no look: no value, or a status that lists do not show", () => {
  expect(isImpossible({ kind: "nothing" })).toBe(true);
  expect(isImpossible(anyOf("name"))).toBe(true);
  for (const status of ["killed", "deleted", "pending_delete", "unheard-of"])
    expect(isImpossible(anyOf("status", status))).toBe(true);
  expect(isImpossible(anyOf("status", "deleted", "queued"))).toBe(false);
  expect(isImpossible(anyOf("name", "deleted"))).toBe(false);
  expect(isImpossible({ kind: "tag", value: "nothing" })).toBe(false);
});

it("the values that an attribute may have are those of its own condition, each once", () => {
  const conditions: Condition[] = [
    { kind: "tag", value: "a" },
    anyOf("id", "x"),
    anyOf("name", "one", "two", "one"),
  ];
  expect(namedValues(conditions, "name")).toEqual(["one", "two"]);
  expect(namedValues(conditions, "id")).toEqual(["x"]);
  expect(namedValues(conditions, "status")).toBeUndefined();
  expect(namedValues([], "id")).toBeUndefined();
});

import { describe, expect, it } from "vitest";
import { Beliefs, type Effect } from "./beliefs.ts";

const set = (value: string): Effect<string> => ({
  what: value,
  apply: (state) => (state === "gone" ? [] : [value]),
});

describe("what is believed", () => {
  it("is what was acknowledged, and nothing else", () => {
    const beliefs = new Beliefs("a");
    expect(beliefs.acknowledged(set("b"))).toBe(true);
    expect(beliefs.certain()).toBe("b");
    expect(beliefs.observed((state) => state === "a")).toBe(false);
    expect(beliefs.observed((state) => state === "b")).toBe(true);
  });

  it("is either of two states until a read settles it", () => {
    const beliefs = new Beliefs("a");
    beliefs.doubted(set("b"), 1000);
    expect(beliefs.possible()).toEqual(["a", "b"]);
    expect(beliefs.certain()).toBeUndefined();
    expect(beliefs.observed((state) => state === "b")).toBe(true);
    expect(beliefs.certain()).toBe("b");
  });

  it("has what may still come over what was acknowledged since, and not after its time", () => {
    let now = 0;
    const beliefs = new Beliefs("a", () => now);
    beliefs.doubted(set("late"), 1000);
    expect(beliefs.observed((state) => state === "a")).toBe(true);
    beliefs.acknowledged(set("b"));
    expect(beliefs.possible().toSorted()).toEqual(["b", "late"]);
    expect(beliefs.observed((state) => state === "b")).toBe(true);
    now = 1001;
    expect(beliefs.observed((state) => state === "b")).toBe(true);
    expect(beliefs.possible()).toEqual(["b"]);
  });

  it("is every order of what was acknowledged at once, and no acknowledgement of what cannot be", () => {
    const beliefs = new Beliefs("a");
    expect(beliefs.acknowledged(set("b"), set("c"))).toBe(true);
    expect(beliefs.possible().toSorted()).toEqual(["b", "c"]);
    expect(beliefs.acknowledged(set("gone"))).toBe(true);
    expect(beliefs.acknowledged(set("b"))).toBe(false);
  });
});

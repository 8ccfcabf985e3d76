import { expect, test } from "vitest";
import { canSee, ImageNotFound } from "../../../shared/images/policy/image-policy.ts";
import { imageTarget, proposedTarget } from "../../../shared/images/policy/image-target.ts";
import { callerWith, imageWith } from "./callers.ts";

const other = callerWith("others", "member");

test("a rule finds the caller's project as a member's under both names, of images shared with it alone", () => {
  for (const name of ["member", "member_id"]) {
    const of = (attributes: Parameters<typeof imageWith>[0], caller = other) =>
      imageTarget(imageWith({ visibility: "shared", ...attributes }), caller)(name);
    expect(of({})).toBe("others");
    expect(of({ owner: "others" })).toBeNull();
    expect(of({ visibility: "public" })).toBeNull();
    expect(of({}, callerWith(""))).toBeNull();
  }
});

test("of an image that is to be made a rule finds owner and visibility, nothing else", () => {
  const target = proposedTarget({ owner: "owners", visibility: "public" });
  expect(["owner", "project_id", "visibility", "id", "name", "toString"].map(target)).toEqual([
    "owners",
    "owners",
    "public",
    undefined,
    undefined,
    undefined,
  ]);
});

test("members see an image as long as it is shared, and nobody's image is everybody's", () => {
  expect(canSee(other, imageWith({ visibility: "shared" }), true)).toBe(true);
  expect(canSee(other, imageWith({ visibility: "shared" }))).toBe(false);
  expect(canSee(other, imageWith({ visibility: "private" }), true)).toBe(false);
  expect(canSee(other, imageWith({ visibility: "private", owner: null }))).toBe(true);
  expect(canSee(callerWith(""), imageWith({ visibility: "private", owner: "" }))).toBe(false);
});

test("an image that is not there is named", () => {
  expect(new ImageNotFound("an-id").message).toBe("No image found with ID an-id");
});

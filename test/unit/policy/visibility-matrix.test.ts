import { describe, expect, test } from "vitest";
import type { Caller } from "../../../shared/caller.ts";
import type { Image } from "../../../shared/images/domain/image.ts";
import {
  canSee,
  enforce,
  enforceMember,
  enforceOn,
  ImageNotFound,
  type MemberRule,
} from "../../../shared/images/policy/image-policy.ts";
import type { ImageRule } from "../../../shared/policy/defaults.ts";
import { callerWith, imageWith, statusOf } from "./callers.ts";

const isMemberRule = (rule: ImageRule): rule is MemberRule =>
  rule.endsWith("_member") || rule === "get_members";

/** Both layers: the look-up, then the rule. */
const answer = (rule: ImageRule, caller: Caller, image: Image, isMember: boolean): number =>
  statusOf(() => {
    if (!canSee(caller, image, isMember)) throw new ImageNotFound(image.id);
    if (isMemberRule(rule)) enforceMember(rule, caller, image);
    else enforce(rule, caller, image);
  });

const change: readonly ImageRule[] = [
  "modify_image",
  "delete_image",
  "upload_image",
  "deactivate",
  "reactivate",
  "set_image_location",
  "communitize_image",
  "add_member",
  "delete_member",
];
const adminsOnly: readonly ImageRule[] = ["publicize_image", "copy_image", "delete_image_location"];

const everywhere = ["private", "shared", "community", "public"] as const;
const R = ["reader"];
const M = ["member", "reader"];
const no = 404;

/**
 * docs/reference/image-api.md, "Visibility"; the precondition that an image is `shared` is the members' own and stands
 * in their operations.
 */
const matrix = [
  // visibility, project, roles, member entry | show, download, change, admin's, list members, member status, fetch
  // locations
  [everywhere, "owners", R, false, [200, 403, 403, 403, 200, 403, 403]],
  [everywhere, "owners", M, false, [200, 200, 200, 403, 200, 403, 403]],
  [everywhere, "others", ["admin", ...M], false, [200, 200, 200, 200, 200, 200, 200]],
  [everywhere, "others", ["admin"], false, [200, 200, 200, 200, 200, 200, 200]],
  [["private"], "others", M, false, [no, no, no, no, no, no, no]],
  [["private"], "others", M, true, [no, no, no, no, no, no, no]],
  [["shared"], "others", M, false, [no, no, no, no, no, no, no]],
  [["shared"], "others", M, true, [200, 200, 403, 403, 200, 200, 403]],
  [["shared"], "others", R, true, [200, 403, 403, 403, 200, 403, 403]],
  [["community", "public"], "others", M, false, [200, 200, 403, 403, 403, 403, 403]],
  [["community", "public"], "others", R, false, [200, 403, 403, 403, 403, 403, 403]],
  [["community", "public"], "others", ["service"], false, [no, no, no, no, no, no, 200]],
  [["private", "shared"], "others", ["service"], false, [no, no, no, no, no, no, no]],
  [everywhere, "owners", ["service"], false, [no, no, no, no, no, no, 200]],
  [everywhere, "owners", [], false, [no, no, no, no, no, no, no]],
  [["public"], "others", ["something"], false, [no, no, no, no, no, no, no]],
] as const;

const cells = matrix.flatMap(([visibilities, project, roles, isMember, statuses]) =>
  visibilities.map((visibility) => ({ visibility, project, roles, isMember, statuses })),
);

test.each(cells)("$visibility image, caller of $project with $roles, member $isMember: $statuses", (cell) => {
  const caller = callerWith(cell.project, ...cell.roles);
  const image = imageWith({ visibility: cell.visibility });
  const ask = (rule: ImageRule) => answer(rule, caller, image, cell.isMember);
  const [show, download, changes, admins, members, memberStatus, locations] = cell.statuses;
  expect(ask("get_image")).toBe(show);
  for (const rule of ["download_image", "download_from_store"] as const) expect(ask(rule)).toBe(download);
  for (const rule of change) expect([rule, ask(rule)]).toEqual([rule, changes]);
  for (const rule of adminsOnly) expect([rule, ask(rule)]).toEqual([rule, admins]);
  for (const rule of ["get_members", "get_member"] as const) expect(ask(rule)).toBe(members);
  expect(ask("modify_member")).toBe(memberStatus);
  expect(ask("fetch_image_location")).toBe(locations);
});

describe("an image without owner", () => {
  const nobodys = imageWith({ owner: null, visibility: "private" });

  test("is there for all, and changed by admins only", () => {
    expect(canSee(callerWith("others", ...R), nobodys)).toBe(true);
    expect(answer("modify_image", callerWith("others", "admin"), nobodys, false)).toBe(200);
    expect(answer("modify_image", callerWith("others", ...M), nobodys, false)).toBe(404);
  });

  test("belongs neither to a project called None nor to a caller without one", () => {
    for (const project of ["None", "null", ""]) {
      const caller = callerWith(project, ...M);
      expect(answer("modify_image", caller, nobodys, false)).toBe(404);
      expect(answer("modify_image", caller, imageWith({ owner: "", visibility: "public" }), false)).toBe(403);
    }
  });
});

describe("rules without an image are refused with 403", () => {
  const own = { owner: "owners", visibility: "private" } as const;

  test.each([
    ["add_image", ["admin"], "others", 200],
    ["add_image", M, "owners", 200],
    ["add_image", R, "owners", 403],
    ["add_image", M, "others", 403],
    ["publicize_image", M, "owners", 403],
    ["publicize_image", ["admin"], "owners", 200],
    ["communitize_image", M, "owners", 200],
    ["get_images", R, "owners", 200],
    ["get_images", ["service"], "owners", 403],
    ["get_images", [], "owners", 403],
  ] as const)("%s with %j of %s: %i", (rule, roles, project, status) => {
    expect(statusOf(() => enforceOn(rule, callerWith(project, ...roles), own))).toBe(status);
  });
});

test.each(["system", "domain", "unscoped"] as const)(
  "a token that is %s passes no rule, an admin's neither",
  (scope) => {
    for (const roles of [["admin"], M, R]) {
      const caller: Caller = { ...callerWith("", ...roles), scope };
      const image = imageWith({ visibility: "public" });
      for (const rule of ["get_image", "modify_image", "delete_image", "get_members"] as const)
        expect([rule, answer(rule, caller, image, false)]).toEqual([rule, 404]);
      expect(statusOf(() => enforceOn("get_images", caller, { owner: "", visibility: "private" }))).toBe(403);
    }
    expect(answer("get_image", { ...callerWith("owners", ...R), scope: "project" }, imageWith(), false)).toBe(
      200,
    );
  },
);

import { describe, expect, test } from "vitest";
import type { GlanceError } from "../../../../shared/errors.ts";
import { attributeCheck } from "../../../../shared/images/wire/attribute-schema.ts";
import { ACCEPT_PATCH, patchParser } from "../../../../shared/images/wire/json-patch.ts";
import { readSettings } from "../../../../shared/settings.ts";

const check = attributeCheck(readSettings({}));
const v21 = patchParser("application/openstack-images-v2.1-json-patch; charset=x");
const v20 = patchParser("Application/openstack-images-v2.0-json-patch");
const parse = (change: unknown) => v21([change], check)[0];

/** Status and text of the refusal. */
function refusal(work: () => unknown): [number, string] {
  try {
    work();
  } catch (error) {
    return [(error as GlanceError).status, (error as GlanceError).message];
  }
  throw new Error("it was not refused");
}
const refused = (change: unknown) => refusal(() => parse(change));
const add = (path: unknown, value: unknown = "x") => ({ op: "add", path, value });

describe("a PATCH body", () => {
  test.each([undefined, "", "application/json", "application/json-patch+json"])(
    "%s is no media type of it",
    (type) => {
      const [status, text] = refusal(() => patchParser(type));
      expect([status, text]).toEqual([415, expect.stringContaining(ACCEPT_PATCH)]);
    },
  );

  test.each([
    ["an object", {}, "must be a JSON array"],
    ["an array of texts", ["add"], "must be JSON objects"],
    ["an array of arrays", [[]], "must be JSON objects"],
  ])("%s is refused", (_case, body, text) => {
    expect(refusal(() => v21(body, check))).toEqual([400, expect.stringContaining(text)]);
  });

  test("without operations has none", () => expect(v21([], check)).toEqual([]));
});

describe("an operation's pointer", () => {
  test.each([
    ["/a~1b", "a/b"],
    ["/a~0b", "a~b"],
    ["/~01", "~1"],
    ["/ a ", "a"],
    ["/owner_specified.openstack.md5", "owner_specified.openstack.md5"],
    ["/\u{1F600}", "\u{1F600}"],
    ["/image_id", "image_id"],
    ["/extra_properties", "extra_properties"],
    ["/member", "member"],
  ])("%s names %s", (path, name) => expect(parse(add(path))).toEqual({ op: "add", name, value: "x" }));

  test.each([
    [undefined, "find a path"],
    [5, "find a path"],
    ["a", 'does not start with "/"'],
    ["/a//b", "adjacent"],
    ["//a", "adjacent"],
    ["/a/ /b", "adjacent"],
    ["/a/", 'ends with "/"'],
    ["/a~2", "recognized escape"],
    ["/a~", "recognized escape"],
    ["/a/b", "Invalid JSON pointer for this resource"],
    ["/tags/-", "Invalid JSON pointer for this resource"],
    ["/locations", "Invalid JSON pointer for this resource"],
    ["/locations/0/url", "Invalid JSON pointer for this resource"],
    ["/", "cannot be the name"],
    ["/__proto__", "cannot be the name"],
    [`/${"n".repeat(256)}`, "longer than 255"],
  ])("%s is refused", (path, text) => {
    expect(refused(add(path))).toEqual([400, expect.stringContaining(text)]);
  });

  test("of locations has two segments, but for a replacement of all", () => {
    const place = { url: "http://x", metadata: {} };
    expect(parse(add("/locations/-", place))).toMatchObject({ name: "locations" });
    expect(parse({ op: "remove", path: "/locations/0" })).toEqual({
      op: "remove",
      name: "locations",
      position: "0",
    });
    expect(parse({ op: "replace", path: "/locations", value: [place] })).toMatchObject({
      name: "locations",
    });
    expect(refused({ op: "replace", path: "/locations/0", value: place })[0]).toBe(400);
    expect(refused({ op: "remove", path: "/locations" })[0]).toBe(400);
    expect(refused(add("/locations/-", { url: "http://x" }))[0]).toBe(400);
  });
});

describe("an operation", () => {
  test.each([
    [{ path: "/a" }],
    [{ op: "test", path: "/a", value: 1 }],
    [{ op: "move", path: "/a", from: "/b" }],
  ])("%j is none", (change) => expect(refused(change)[0]).toBe(400));

  test.each([[{ path: "/a", value: 1 }], [{ add: "/a", remove: "/a" }], [{ op: "add", path: "/a" }]])(
    "%j is none of the old form",
    (change) => expect(refusal(() => v20([change], check))[0]).toBe(400),
  );

  test("of the old form names its path by itself, and adds nothing twice", () => {
    expect(v20([{ add: "/a", value: "1" }, { remove: "/b" }], check)).toEqual([
      { op: "add", name: "a", value: "1", strictAdd: true },
      { op: "remove", name: "b", strictAdd: true },
    ]);
  });

  test.each(["add", "replace"])("%s needs a value, null counts as one", (op) => {
    expect(refused({ op, path: "/name" })[0]).toBe(400);
    expect(parse({ op, path: "/name", value: null })).toMatchObject({ value: null });
  });

  test.each([
    "id",
    "status",
    "checksum",
    "size",
    "virtual_size",
    "created_at",
    "updated_at",
    "direct_url",
    "self",
    "file",
    "schema",
    "stores",
    "os_hash_algo",
    "os_hash_value",
  ])("on the read-only %s is 403 whatever it does, before its value is looked at", (name) => {
    for (const op of ["add", "replace", "remove"]) {
      expect(refused({ op, path: `/${name}`, value: [5] })).toEqual([
        403,
        expect.stringContaining("read-only"),
      ]);
    }
  });

  test.each(["location", "deleted", "deleted_at", "os_glance_x", "os_glancefoo"])(
    "on the reserved %s is 403",
    (name) => {
      expect(refused(add(`/${name}`, 5))).toEqual([403, `Attribute '${name}' is reserved.`]);
      expect(refused({ op: "remove", path: `/${name}` })[0]).toBe(403);
    },
  );

  test.each([
    ["/name", 5],
    ["/name", "n".repeat(256)],
    ["/min_ram", -1],
    ["/min_disk", 2147483648],
    ["/min_disk", true],
    ["/protected", "yes"],
    ["/visibility", "secret"],
    ["/disk_format", "floppy"],
    ["/tags", "a"],
    ["/tags", ["t".repeat(256)]],
    ["/colour", 1],
    ["/colour", null],
    ["/kernel_id", "no-uuid"],
    ["/locations", {}],
  ])("replace %s by %j does not match the schema", (path, value) => {
    expect(refused({ op: "replace", path, value })[0]).toBe(400);
  });

  test("is refused in the order of the list", () => {
    expect(refusal(() => v21([add("/colour", 1), add("/status")], check))[0]).toBe(400);
    expect(refusal(() => v21([add("/status"), add("/colour", 1)], check))[0]).toBe(403);
  });
});

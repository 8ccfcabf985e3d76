import { describe, expect, it, test } from "vitest";
import {
  asksToAppend,
  readTag,
  readTagName,
  readTags,
} from "../../../../shared/metadefs/wire/tag-request.ts";

describe("tags", () => {
  it("are kept in their order, in the case that they are sent in", () => {
    const tags = [{ name: "b" }, { name: "a" }, { name: "A" }, { name: "__proto__" }];
    expect(readTags({ tags })).toStrictEqual(tags);
    expect(readTags({ tags: [] })).toStrictEqual([]);
  });

  test.each<[status: number, text: RegExp, body: Record<string, unknown>]>([
    [403, /'created_at' is read-only/, { tags: [], created_at: "x" }],
    [403, /'updated_at' is read-only/, { tags: [], updated_at: "x" }],
    [400, /it has no tags/, {}],
    [400, /self/, { tags: [], self: "x" }],
    [400, /tags/, { tags: null }],
    [400, /tags\/0/, { tags: ["a"] }],
    [400, /"name"/, { tags: [{}] }],
    [400, /created_at/, { tags: [{ name: "a", created_at: "x" }] }],
    [400, /at most 80/, { tags: [{ name: "x".repeat(81) }] }],
    [400, /'' cannot be the name of a tag/, { tags: [{ name: "" }] }],
    [400, /more than 1000/, { tags: Array.from({ length: 1001 }, (_, at) => ({ name: `${at}` })) }],
    [409, /'a' is more than once/, { tags: [{ name: "a" }, { name: "b" }, { name: "a" }] }],
  ])("are refused with %i %s", (status, text, body) => {
    expect(() => readTags(body)).toThrow(
      expect.objectContaining({ status, message: expect.stringMatching(text) }),
    );
  });
});

describe("a tag", () => {
  it("has a name of at most 80 characters, whether in a body or in a path", () => {
    const longest = "😀".repeat(80);
    expect(readTag({ name: longest })).toStrictEqual({ name: longest });
    expect(readTagName(longest)).toStrictEqual({ name: longest });
    for (const name of ["x".repeat(81), "", ".", "..", "a\u0000b"]) {
      expect(() => readTag({ name }), name).toThrow(expect.objectContaining({ status: 400 }));
      expect(() => readTagName(name), name).toThrow(expect.objectContaining({ status: 400 }));
    }
  });

  test.each<[status: number, text: RegExp, body: Record<string, unknown>]>([
    [403, /'updated_at' is read-only/, { name: "a", updated_at: "x" }],
    [400, /"name"/, {}],
    [400, /name/, { name: null }],
    [400, /tags/, { name: "a", tags: [] }],
  ])("is refused with %i %s", (status, text, body) => {
    expect(() => readTag(body)).toThrow(
      expect.objectContaining({ status, message: expect.stringMatching(text) }),
    );
  });
});

describe("X-Openstack-Append", () => {
  test.each(["true", "True", " TRUE ", "1", "yes", "on", "t", "y"])("asks to append: %j", (value) => {
    expect(asksToAppend(value)).toBe(true);
  });
  test.each([undefined, "", "false", "0", "no", "maybe", "constructor"])("does not: %j", (value) => {
    expect(asksToAppend(value)).toBe(false);
  });
});

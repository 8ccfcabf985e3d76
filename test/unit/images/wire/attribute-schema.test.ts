import { describe, expect, test } from "vitest";
import { attributeCheck } from "../../../../shared/images/wire/attribute-schema.ts";
import { readSettings } from "../../../../shared/settings.ts";

const check = attributeCheck(readSettings({}));
const refused = (name: string) =>
  expect.objectContaining({ status: 400, message: expect.stringContaining(name) });

describe.each(["min_disk", "min_ram"])("%s", (name) => {
  test.each([0, -0, 1.0, 100, 2 ** 31 - 1])("may be %d", (value) => {
    expect(() => check(name, value)).not.toThrow();
  });

  test.each([-1, 2 ** 31, 2 ** 53, 2 ** 63, 1e300, JSON.parse("1e999"), JSON.parse("-1e999"), 1.5, 1e-9])(
    "may not be %d",
    (value) => {
      expect(() => check(name, value)).toThrow(refused(name));
    },
  );
});

test.each([[{}], [[]], [JSON.parse(`${"[".repeat(3000)}${"]".repeat(3000)}`)], [1], [true]])(
  "a name or property is no %o",
  (value) => {
    for (const name of ["name", "hw_disk_bus"]) expect(() => check(name, value)).toThrow(refused(name));
  },
);

test("names and values may have any character", () => {
  for (const text of ["\u0000", "a\u0000b", "\u{1F600}", "\uffff", " ", "a/b~c", "constructor", "toString"]) {
    expect(() => check(text, text)).not.toThrow();
    expect(() => check("name", text)).not.toThrow();
    expect(() => check("tags", [text])).not.toThrow();
  }
});

test("a property has a name, of at most 255 characters however many bytes they take", () => {
  expect(() => check("\u{1F600}".repeat(255), "v")).not.toThrow();
  expect(() => check("\u{1F600}".repeat(256), "v")).toThrow(refused("longer than 255"));
  for (const name of ["", "__proto__"]) expect(() => check(name, "v")).toThrow(refused("cannot be the name"));
});

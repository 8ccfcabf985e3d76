import { expect, test } from "vitest";
import { readOnlyAttributes, writableAttributes } from "../../../shared/images/domain/image-attributes.ts";
import { readSettings } from "../../../shared/settings.ts";

const plugins = (text: string) => readSettings({ GLANCE_IMAGE_IMPORT_PLUGINS: text }).image_import_plugins;
const inject = (text: string) => readSettings({ GLANCE_INJECT: text }).inject;

test("plugins keep their order, and what is compressed is decompressed before it is converted", () => {
  expect(plugins("inject_image_metadata, no_op")).toEqual(["inject_image_metadata", "no_op"]);
  const both = ["image_decompression", "image_conversion"];
  expect(plugins(both.join())).toEqual(both);
  expect(() => plugins(both.toReversed().join())).toThrow(
    /^GLANCE_IMAGE_IMPORT_PLUGINS: expected image_decompression before image_conversion/,
  );
  expect(() => plugins("no_op,no_op")).toThrow(/at most once/);
  expect(() => plugins("inject")).toThrow(/expected no_op, inject_image_metadata/);
});

test.each([
  ["", {}],
  ["a:b", { a: "b" }],
  [' "a":"b, c:d" , trait x:y ,empty:', { a: "b, c:d", "trait x": "y", empty: "" }],
  ["url:http://host:80/x", { url: "http://host:80/x" }],
  ['{"a":"b","hw:x":"1"}', { a: "b", "hw:x": "1" }],
])("properties are read from %j", (text, expected) => {
  expect(inject(text)).toEqual(expected);
});

test.each(["a", ":b", ",a:b", "a:b,,c:d", '"a:b', '{"a":1}', "{", `{"a":"${"x".repeat(1000)}"}`])(
  "properties are not read from %j",
  (text) => expect(() => inject(text)).toThrow(/^GLANCE_INJECT: expected properties like /),
);

test("a name is no property's own where it is an image's attribute, Glance's or there twice", () => {
  const reserved = ["id", "locations", "location", "deleted", "deleted_at", "os_glance_x"];
  for (const name of [...reserved, ...readOnlyAttributes, ...writableAttributes]) {
    expect(() => inject(`${name}:x`)).toThrow(`${name} is no property but Glance's own: leave it out`);
  }
  expect(() => inject("a:b,a:c")).toThrow("a is there twice");
});

import { expect, test } from "vitest";
import { announcesNothing, checkReceived } from "../../../../shared/images/wire/upload-headers.ts";

const received = (bytes: number, headers: Readonly<Record<string, string>> = {}) =>
  checkReceived(new Map(Object.entries(headers)), bytes);

test("what is announced counts, and Content-Length, which functions never see, counts for nothing", () => {
  expect(() => received(0, { "content-length": "5" })).not.toThrow();
  expect(() => received(5, { "content-length": "6" })).not.toThrow();
  const announces = (headers: Readonly<Record<string, string>>) =>
    announcesNothing(new Map(Object.entries(headers)));
  expect(announces({ "x-openstack-image-size": "0" })).toBe(true);
  expect(announces({ "content-length": "0" })).toBe(false);
  expect(announces({ "x-openstack-image-size": "5" })).toBe(false);
});

test("another number of bytes than was announced is refused", () => {
  for (const bytes of [0, 4, 6])
    expect(() => received(bytes, { "x-openstack-image-size": "5" })).toThrow("5 bytes were announced");
  expect(() => received(5, { "x-openstack-image-size": "5" })).not.toThrow();
});

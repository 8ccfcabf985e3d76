import { expect, test } from "vitest";
import { checkReceived } from "../../../../shared/http/wire/upload-headers.ts";

const received = (bytes: number, headers: Readonly<Record<string, string>> = {}) =>
  checkReceived(new Map(Object.entries(headers)), bytes);

test("an empty body is taken where its size is announced, and Content-Length counts for nothing", () => {
  expect(() => received(0)).toThrow("send X-OpenStack-Image-Size: 0");
  expect(() => received(0, { "content-length": "0" })).toThrow("send X-OpenStack-Image-Size: 0");
  expect(() => received(0, { "x-openstack-image-size": "0" })).not.toThrow();
  expect(() => received(5)).not.toThrow();
  expect(() => received(5, { "content-length": "6" })).not.toThrow();
});

test("another number of bytes than was announced is refused", () => {
  for (const bytes of [0, 4, 6])
    expect(() => received(bytes, { "x-openstack-image-size": "5" })).toThrow("5 bytes were announced");
  expect(() => received(5, { "x-openstack-image-size": "5" })).not.toThrow();
});

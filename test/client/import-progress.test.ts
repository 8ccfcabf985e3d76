import { expect, it } from "vitest";
import { bytesIn } from "../../client/imports/await-import.ts";

const MIB = 1024 ** 2;

it.each([
  ["Fetched 12 of 340 MiB of image 4d3f", 12 * MIB],
  ["Fetched 12 MiB of image 4d3f", 12 * MIB],
  ["Copied 1.5 GiB", 1536 * MIB],
  ["Task failed due to Internal Error", undefined],
  [null, undefined],
])("a task that says %j has %s bytes", (message, bytes) => {
  expect(bytesIn(message)).toBe(bytes);
});

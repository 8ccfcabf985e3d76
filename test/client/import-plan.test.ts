import { expect, it } from "vitest";
import { type ImportOptions, importPlan } from "../../client/commands/import-plan.ts";

const url = "https://a.example/images/disk%201.qcow2?x=y";
const queued = { id: "1", status: "queued" };
const sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

it("a URL becomes a new image with the name and the format that it says", () => {
  const plan = importPlan(url, { checksum: sha256, property: ["a=b"], public: true });
  expect(plan.into).toBeUndefined();
  expect(plan.attributes).toEqual({
    name: "disk 1.qcow2",
    disk_format: "qcow2",
    container_format: "bare",
    visibility: "public",
    a: "b",
  });
  expect(plan.request(queued)).toEqual({
    method: { name: "web-download", uri: url, checksum: `sha256:${sha256}` },
  });
});

it("a URL goes into an image that is there as it is", () => {
  const plan = importPlan(url, { id: "disk" });
  expect([plan.into, plan.attributes]).toEqual(["disk", {}]);
});

it.each<[string, ImportOptions, string, unknown]>([
  ["staged data is taken", {}, "uploading", { method: { name: "glance-direct" } }],
  [
    "an active image is copied",
    { store: ["a"] },
    "active",
    { method: { name: "copy-image" }, stores: ["a"] },
  ],
  [
    "stores may fail",
    { allStores: true, allowFailure: true },
    "uploading",
    { method: { name: "glance-direct" }, all_stores: true, all_stores_must_succeed: false },
  ],
  ["a method that is named counts", { method: "copy-image" }, "queued", { method: { name: "copy-image" } }],
])("of an image that is there: %s", (_, options, status, request) => {
  const plan = importPlan("disk", options);
  expect(plan.into).toBe("disk");
  expect(plan.request({ id: "1", status })).toEqual(request);
});

it("what is waited for again may be compared again", () => {
  expect(importPlan("disk", { checksum: sha256 })).toMatchObject({
    isBare: true,
    checksum: { value: sha256 },
  });
});

it("another Glance's image is named by its id, and makes a new one here", () => {
  const plan = importPlan("8f2c", { method: "glance-download", region: "Two", remoteInterface: "internal" });
  expect(plan.into).toBeUndefined();
  expect(plan.request(queued)).toEqual({
    method: {
      name: "glance-download",
      glance_region: "Two",
      glance_image_id: "8f2c",
      glance_service_interface: "internal",
    },
  });
});

it.each<[string, string, ImportOptions, RegExp]>([
  ["two ways to name stores", url, { store: ["a"], allStores: true }, /contradict each other/],
  ["a method that fetches no URL", url, { method: "glance-direct" }, /fetched by web-download/],
  ["a fetch of no URL", "disk", { method: "web-download" }, /is no URL/],
  ["a URL that nobody fetches", "file:///etc/passwd", { diskFormat: "raw" }, /http and https only/],
  ["a format that nothing says", "https://a.example/disk.img", {}, /give --disk-format/],
  ["no hash", url, { checksum: "sha256:12" }, /must be like sha256:HEX/],
  ["a SHA-1", url, { checksum: `sha1:${sha256.slice(0, 40)}` }, /no image service compares a SHA-1/],
  ["a SHA-1 alone", url, { checksum: sha256.slice(0, 40) }, /no image service compares a SHA-1/],
  ["a hash of what is not fetched", "disk", { checksum: sha256, store: ["a"] }, /fetched from a URL/],
  ["an image named twice", "disk", { id: "other" }, /name the image once/],
  ["attributes of an image that is there", "disk", { name: "x" }, /imagectl image set/],
  ["another Glance without its region", "8f2c", { method: "glance-download" }, /go together/],
  ["a region of nothing", url, { region: "Two" }, /go together/],
])("refuses before anything is asked: %s", (_, source, options, said) => {
  expect(() => importPlan(source, options)).toThrow(said);
});

it.each(["queued", "saving", "deactivated"])("says what an image that is %s needs", (status) => {
  expect(() => importPlan("disk", {}).request({ id: "1", status })).toThrow(
    /image 1 (has no staged data|is)/,
  );
});

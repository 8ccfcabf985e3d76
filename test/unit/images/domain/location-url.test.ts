import { expect, test } from "vitest";
import { locationUrl } from "../../../../shared/images/domain/location-url.ts";

const all = [
  { id: "fast", type: "s3", weight: 0, readOnly: false, properties: {} },
  {
    id: "old",
    type: "swift",
    weight: 0,
    readOnly: false,
    properties: {},
    locationBase: "swift+https://a/b/",
  },
] as const;

test.each([
  [{ store: "fast" }, "s3://fast/image/transfer"],
  [{ store: "old" }, "swift+https://a/b/image/transfer"],
  [{ store: "gone" }, "s3://gone/image/transfer"],
  [{ store: "old", registered: true } as const, "image/transfer"],
])("of a place in %j: %s", (place, url) => {
  expect(locationUrl({ ...place, key: "image/transfer", size: 1 }, { all })).toBe(url);
});

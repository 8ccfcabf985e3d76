import { expect, test } from "vitest";
import { emptyImage } from "../../../../shared/images/domain/image.ts";
import { configuredStores } from "../../../../shared/images/operations/stores/configured-stores.ts";
import { imageDocument } from "../../../../shared/images/wire/image-document.ts";
import { readSettings } from "../../../../shared/settings.ts";

const image = {
  ...emptyImage,
  id: "1",
  created_at: "2026-01-02T03:04:05.678Z",
  updated_at: "2026-01-02T03:04:05.678Z",
};

test("a property without a value is null where it may be, and an empty text elsewhere", () => {
  const properties = { kernel_id: null, ramdisk_id: null, hw_disk_bus: null };
  expect(imageDocument({ ...image, properties }, configuredStores(readSettings({})))).toMatchObject({
    kernel_id: null,
    ramdisk_id: null,
    hw_disk_bus: "",
  });
});

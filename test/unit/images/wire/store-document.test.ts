import { expect, it } from "vitest";
import { emptyImage } from "../../../../shared/images/domain/image.ts";
import { configuredStores } from "../../../../shared/images/operations/stores/configured-stores.ts";
import { showStoreDetails, showStores } from "../../../../shared/images/operations/stores/show-stores.ts";
import { imageDocument } from "../../../../shared/images/wire/image-document.ts";
import {
  storeDetailsDocument,
  storeIdsHeader,
  storesDocument,
} from "../../../../shared/images/wire/store-document.ts";
import type { StoreSetting } from "../../../../shared/settings/stores/store-setting.ts";
import { admin, demo } from "../../../fakes/images/service.ts";

const enabled_backends: readonly StoreSetting[] = [
  { id: "cheap", type: "s3", storageClass: "GLACIER_IR" },
  { id: "fast", type: "s3", description: "Fast", weight: 10 },
  { id: "old", type: "s3", bucket: "bucket-of-before", readOnly: true, weight: 20 },
];
const stores = configuredStores({ enabled_backends, default_backend: "fast" });
const one = configuredStores({ enabled_backends: [], default_backend: "" });

it("stores are listed in the settings' order, with flags that are the text true or absent", () => {
  expect(storesDocument(showStores({ stores })())).toEqual({
    stores: [
      { id: "cheap" },
      { id: "fast", description: "Fast", default: "true" },
      { id: "old", "read-only": "true" },
    ],
  });
});

it("their details say type, weight and properties, to admins only", () => {
  expect(storeDetailsDocument(showStoreDetails({ stores })(admin)).stores).toMatchObject([
    { id: "cheap", type: "s3", weight: 0, properties: { storage_class: "GLACIER_IR" } },
    { id: "fast", description: "Fast", default: "true", type: "s3", weight: 10, properties: {} },
    { id: "old", "read-only": "true", type: "s3", weight: 20, properties: { bucket: "bucket-of-before" } },
  ]);
  expect(() => showStoreDetails({ stores })(demo)).toThrowError(expect.objectContaining({ status: 403 }));
  const service = { ...demo, roles: ["service"] };
  expect(showStoreDetails({ stores })(service)).toBe(stores);
});

it("without named stores both are 404, before the policy is asked, and no header tells of stores", () => {
  const notFound = expect.objectContaining({ status: 404 });
  expect(showStores({ stores: one })).toThrowError(notFound);
  expect(() => showStoreDetails({ stores: one })(demo)).toThrowError(notFound);
  expect(storeIdsHeader(one)).toEqual({});
  expect(storeIdsHeader(stores)).toEqual({ "OpenStack-image-store-ids": "cheap,fast,old" });
});

it("an image names its stores, the heaviest first; one without data, or with one nameless store, names none", () => {
  const image = {
    ...emptyImage,
    id: "1",
    created_at: "2026-01-02T03:04:05Z",
    updated_at: "2026-01-02T03:04:05Z",
  };
  const at = (store: string) => ({ store, key: `1/${store}`, size: 1 });
  const placed = { ...image, locations: ["s3", "cheap", "fast", "old"].map(at) };
  expect(imageDocument(placed, stores)).toMatchObject({ stores: "old,fast,s3,cheap" });
  expect(imageDocument(image, stores)).not.toHaveProperty("stores");
  expect(imageDocument({ ...image, locations: [at("s3")] }, one)).not.toHaveProperty("stores");
});

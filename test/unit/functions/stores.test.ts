import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ofOwnStores, ofStores } from "../../../functions/wiring/stores.ts";
import { UnknownStore } from "../../../shared/images/ports/stores.ts";
import { parseStores } from "../../../shared/settings/stores/parse-stores.ts";

const stores = [
  { id: "fast", type: "s3", storage_class: "STANDARD_IA" },
  { id: "old", type: "s3", bucket: "images-of-before", region: "eu-west-1" },
  { id: "ceph", type: "s3", host: "http://127.0.0.1:7480", bucket: "glance", sees_tokens: true },
];

/** What a function is told. */
function environment(enabled: unknown, made = "fast=fast-bucket ceph=arn:of:secret"): void {
  vi.stubEnv("IMAGE_BUCKET", "first-bucket");
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("STORE_RESOURCES", made);
  vi.stubEnv("GLANCE_ENABLED_BACKENDS", JSON.stringify(parseStores(JSON.stringify(enabled))));
}

beforeEach(() => environment(stores));
afterEach(() => vi.unstubAllEnvs());

describe("a function's stores", () => {
  test("are the first bucket, what was made, what was there, and other hosts", async () => {
    const places = ofStores({
      s3: ({ client, bucket, storageClass }) => ({ client, bucket, storageClass }),
    });
    const described = await Promise.all(
      ["s3", "fast", "old", "ceph"].map(async (store) => {
        const { client, bucket, storageClass } = places.of({ store });
        const endpoint = await client.config.endpoint?.();
        return [bucket, storageClass, await client.config.region(), endpoint?.hostname];
      }),
    );
    expect(described).toEqual([
      ["first-bucket", undefined, "eu-central-1", undefined],
      ["fast-bucket", "STANDARD_IA", "eu-central-1", undefined],
      ["images-of-before", undefined, "eu-west-1", undefined],
      ["glance", undefined, "eu-central-1", "127.0.0.1"],
    ]);
    expect(places.of({ store: "ceph" }).client.config.forcePathStyle).toBe(true);
    expect(() => places.of({ store: "another" })).toThrow(UnknownStore);
    expect(() => places.of({ store: "constructor" })).toThrow(UnknownStore);
  });

  test("have one client where they are in one place, and each is made once", () => {
    const places = ofStores({ s3: ({ client }) => ({ client }) });
    expect(places.of({ store: "s3" }).client).toBe(places.of({ store: "fast" }).client);
    expect(places.of({ store: "old" }).client).not.toBe(places.of({ store: "fast" }).client);
    expect(places.of({ store: "old" })).toBe(places.of({ store: "old" }));
  });

  test("are walked over only where the deployment made them", () => {
    expect([
      ...ofOwnStores({
        s3: ({ bucket }) => bucket,
        swift: ({ container }) => container,
        file: ({ datadir }) => datadir,
      }),
    ]).toEqual([
      ["s3", "first-bucket"],
      ["fast", "fast-bucket"],
    ]);
  });

  test.each([
    ["first-bucket", "s3"],
    ["fast-bucket", "fast"],
  ])("on one bucket twice end the function's start: %s is that of %s", (bucket, other) => {
    environment([stores[0], { id: "mine", type: "s3", bucket }]);
    expect(() => ofStores({ s3: (place) => place })).toThrow(
      `GLANCE_ENABLED_BACKENDS: mine: its bucket ${bucket} is the bucket of ${other} already`,
    );
  });

  test("of whose bucket nothing was said are asked for in vain, and others are not", () => {
    environment(stores, "");
    const places = ofStores({ s3: ({ bucket }) => bucket });
    expect(places.of({ store: "s3" })).toBe("first-bucket");
    expect(() => places.of({ store: "fast" })).toThrow("STORE_RESOURCES names no bucket of fast");
  });
});

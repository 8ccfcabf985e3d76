import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { emptyImage, type Image } from "../../../shared/images/domain/image.ts";
import { imageEvent } from "../../../shared/images/domain/image-events.ts";
import { checkMetadataSize, METADATA_BYTES_MAX } from "../../../shared/images/domain/metadata-size.ts";
import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { imageStoreContract } from "./image-store.ts";
import { recordsOnDynamodb } from "./records-on-dynamodb.ts";

imageStoreContract("memory", async () => memoryImageStore().store);
imageStoreContract("DynamoDB emulator", () => recordsOnDynamodb(0));
imageStoreContract("DynamoDB emulator on a bad day", () => recordsOnDynamodb(0.1));

describe("the image store on a bad day", () => {
  it("takes 200 creates in one project at once", async () => {
    const store = await recordsOnDynamodb(0.1);
    const now = new Date().toISOString();
    const images = Array.from({ length: 200 }, () => ({
      ...emptyImage,
      id: randomUUID(),
      owner: "demo",
      created_at: now,
      updated_at: now,
    }));
    await Promise.all(images.map((after) => store.commit({ image: { before: undefined, after } })));
    const found = new Set<string>();
    const scopes = [{ kind: "owner", project: "demo" } as const];
    for await (const { id } of store.list({ scopes, sortKey: "name", direction: "asc", expected: 50 }))
      found.add(id);
    expect(found.size).toBe(200);
  });
});

describe("an image as large as operations let it be", () => {
  const at = "2026-01-01T00:00:00.000Z";
  const withProperties = (properties: Record<string, string>): Image => ({
    ...emptyImage,
    id: randomUUID(),
    owner: "demo",
    created_at: at,
    updated_at: at,
    properties,
  });
  /** Of many small properties, as their names and marks take the most room beside the texts. */
  const largest = (): Image => {
    const names = Array.from({ length: 1500 }, (_, n) => `${n}`.padStart(4, "0"));
    const room = METADATA_BYTES_MAX - "demo".length;
    const each = Math.floor(room / names.length) - 8;
    return withProperties(Object.fromEntries(names.map((name) => [name, "x".repeat(each)])));
  };

  it("is kept with its notifications, and with all that the service adds until its end", async () => {
    const store = await recordsOnDynamodb(0);
    const image = largest();
    expect(() => checkMetadataSize(undefined, image)).not.toThrow();
    expect(() =>
      checkMetadataSize(undefined, { ...image, properties: { ...image.properties, more: "x".repeat(2000) } }),
    ).toThrow("at most");
    const written = await store.commit({
      image: { before: undefined, after: image },
      events: [imageEvent("image.create", image)],
    });
    const long = "x".repeat(255);
    const after: Image = {
      ...written.image,
      status: "deactivated",
      os_hash_algo: "sha512",
      os_hash_value: "f".repeat(128),
      checksum: "f".repeat(32),
      size: 2 ** 52,
      virtual_size: 2 ** 52,
      disk_format: long,
      container_format: long,
      locations: [{ store: "s3", key: long, size: 2 ** 52 }],
      staged: { store: "s3", key: long, size: 2 ** 52 },
      integrity: { stated_at: at, verified_at: at, mismatch: long },
      broken_upload: { size: 2 ** 52, until: at },
      deleted_at: at,
    };
    const events = [imageEvent("image.upload", after), imageEvent("image.activate", after)];
    await store.commit({ image: { before: written.image, after }, events });
    expect((await store.find(image.id))?.checksum).toBe(after.checksum);
  });

  it("is 413, not a failure of the database, where it is larger all the same", async () => {
    const store = await recordsOnDynamodb(0);
    const image = withProperties({ a: "x".repeat(410_000) });
    const commit = store.commit({ image: { before: undefined, after: image } });
    await expect(commit).rejects.toThrow(expect.objectContaining({ status: 413 }));
    expect(await store.find(image.id)).toBeUndefined();
  });
});

import { afterAll, beforeAll, expect, it } from "vitest";
import { type S3UnderTest, startS3UnderTest } from "../../../infra/local-aws/test/s3/s3-under-test.ts";
import { s3BlobStore } from "../../../shared/images/adapters/s3/blob-store.ts";
import { s3DeletedBlobs } from "../../../shared/images/adapters/s3/deleted-blobs.ts";
import { memoryBlobStore } from "../../fakes/images/memory-blob-store.ts";
import { deletedBlobsContract } from "./deleted-blobs.ts";

let emulator: S3UnderTest;
beforeAll(async () => {
  emulator = await startS3UnderTest({ buckets: [{ name: "images", isVersioned: true }, { name: "plain" }] });
});
afterAll(() => emulator.stop());

const onEmulator = (bucket: string) => ({
  blobs: s3BlobStore(emulator.client, bucket),
  deletedBlobs: s3DeletedBlobs(emulator.client, bucket),
});

deletedBlobsContract("memory", async () => {
  const { store, deletedBlobs } = memoryBlobStore();
  return { blobs: store, deletedBlobs };
});
deletedBlobsContract("S3 emulator", async () => onEmulator("images"));

it("a bucket without versioning keeps nothing, and what was not deleted stays", async () => {
  const { blobs, deletedBlobs } = onEmulator("plain");
  await blobs.put("a/b", Buffer.from("x"));
  expect((await deletedBlobs.bringBack("a/b"))?.size).toBe(1);
  await blobs.delete("a/b");
  expect(await deletedBlobs.bringBack("a/b")).toBeUndefined();
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { type S3UnderTest, startS3UnderTest } from "../../../infra/local-aws/test/s3/s3-under-test.ts";
import { BlobMissing } from "../../../shared/images/ports/blob-store.ts";
import { memoryBlobStore } from "../../fakes/images/memory-blob-store.ts";
import { blobStoreContract } from "./blob-store.ts";
import { copyTargetContract } from "./copy-target.ts";
import { copyingStoreContract } from "./copying-store.ts";
import { presigningStoreContract } from "./presigning-store.ts";
import { s3CopyingUnderTest, s3TargetUnderTest, s3UnderTest } from "./s3-blob-store.ts";

let emulator: S3UnderTest;
beforeAll(async () => {
  emulator = await startS3UnderTest();
});
afterAll(() => emulator.stop());

blobStoreContract("memory", async () => {
  const { store, objects } = memoryBlobStore();
  return {
    blobs: store,
    place: async (key, bytes) => {
      await store.put(key, bytes);
    },
    discard: store.delete,
    leftovers: async () => [...objects.keys()],
  };
});
test("S3 emulator: nothing is missing in a bucket that is not there", async () => {
  const { blobs } = s3UnderTest(emulator.client, "another");
  await expect(blobs.head("a/b")).rejects.toThrow("The bucket another of the image store does not answer.");
  await expect(blobs.read("a/b", 0, 1)).rejects.not.toThrow(BlobMissing);
  await expect(blobs.delete("a/b")).rejects.toThrow("The specified bucket does not exist");
});
presigningStoreContract("S3 emulator", async () => s3UnderTest(emulator.client, "images"));
copyingStoreContract("S3 emulator", async () => s3CopyingUnderTest(emulator.client, "images", "cache"));
copyTargetContract("S3 emulator", async () => s3TargetUnderTest(emulator.client, "images", "cache"));
copyTargetContract("memory", async () => {
  const [from, to, stranger] = [memoryBlobStore(), memoryBlobStore(), memoryBlobStore()];
  const leftovers = async () => [
    ...[from, to, stranger].flatMap(({ objects }) => [...objects.keys()]),
    ...to.uploads.keys(),
  ];
  // Another object than the one that is known to be in memory.
  return { from: from.store, to: to.store, stranger: { ...stranger.store }, leftovers };
});

import { afterAll, beforeAll } from "vitest";
import { type S3UnderTest, startS3UnderTest } from "../../../infra/local-aws/test/s3/s3-under-test.ts";
import { blobStoreContract } from "./blob-store.ts";
import { s3UnderTest } from "./s3-blob-store.ts";

let emulator: S3UnderTest;
beforeAll(async () => {
  emulator = await startS3UnderTest();
});
afterAll(() => emulator.stop());

blobStoreContract("S3 emulator", async () => s3UnderTest(emulator.client, "images"));

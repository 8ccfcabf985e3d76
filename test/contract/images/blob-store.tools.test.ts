import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { beforeAll } from "vitest";
import { copyTargetContract } from "./copy-target.ts";
import { copyingStoreContract } from "./copying-store.ts";
import { presigningStoreContract } from "./presigning-store.ts";
import { s3CopyingUnderTest, s3TargetUnderTest, s3UnderTest } from "./s3-blob-store.ts";

/**
 * The same contract on an S3 that somebody else wrote: Swift (test/reference/stack/swift-up.sh), or real S3.
 * TEST_S3_ENDPOINT, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION say where.
 */
const endpoint = process.env.TEST_S3_ENDPOINT;
if (endpoint === undefined) {
  throw new Error(
    "TEST_S3_ENDPOINT is not set: start an S3 with test/reference/stack/swift-up.sh and name it",
  );
}
const bucket = `contract-${Date.now()}`;
const other = `${bucket}-other`;
const client = new S3Client({ endpoint, forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED" });

beforeAll(async () => {
  for (const Bucket of [bucket, other]) await client.send(new CreateBucketCommand({ Bucket }));
});

const isSwift = endpoint.includes("127.0.0.1");

const limitations = isSwift
  ? {
      putIfAbsent: "Swift's S3 API answers If-None-Match on PutObject with 501",
      lateCompletion: "Swift refuses it too, but with InvalidRequest instead of PreconditionFailed",
    }
  : {};

presigningStoreContract(`S3 at ${endpoint}`, async () => s3UnderTest(client, bucket), limitations);
copyingStoreContract(`S3 at ${endpoint}`, async () => s3CopyingUnderTest(client, other, bucket), limitations);
copyTargetContract(`S3 at ${endpoint}`, async () => s3TargetUnderTest(client, other, bucket));

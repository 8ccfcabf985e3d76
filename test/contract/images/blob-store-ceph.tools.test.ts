import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { beforeAll } from "vitest";
import { copyTargetContract } from "./copy-target.ts";
import { copyingStoreContract } from "./copying-store.ts";
import { presigningStoreContract } from "./presigning-store.ts";
import { s3CopyingUnderTest, s3TargetUnderTest, s3UnderTest } from "./s3-blob-store.ts";

/** The same contract on Ceph's object gateway (test/reference/stack/ceph-up.sh, which prints these variables). */
const endpoint = process.env.TEST_CEPH_ENDPOINT;
if (endpoint === undefined) {
  throw new Error(
    "TEST_CEPH_ENDPOINT is not set: start Ceph with test/reference/stack/ceph-up.sh and name it",
  );
}
const bucket = `contract-${Date.now()}`;
const other = `${bucket}-other`;
const client = new S3Client({
  endpoint,
  region: "us-east-1",
  credentials: {
    accessKeyId: process.env.TEST_CEPH_ACCESS_KEY_ID ?? "",
    secretAccessKey: process.env.TEST_CEPH_SECRET_ACCESS_KEY ?? "",
  },
  forcePathStyle: true,
  requestChecksumCalculation: "WHEN_REQUIRED",
});

beforeAll(async () => {
  for (const Bucket of [bucket, other]) await client.send(new CreateBucketCommand({ Bucket }));
});

const limitations = {
  completionReplaces: "Ceph 16 ignores If-None-Match on CompleteMultipartUpload",
  goneUpload: "Ceph 16 answers ListParts of a gone upload with NoSuchKey, and Complete with InternalError",
};

presigningStoreContract(`Ceph at ${endpoint}`, async () => s3UnderTest(client, bucket), limitations);
copyingStoreContract(
  `Ceph at ${endpoint}`,
  async () => s3CopyingUnderTest(client, other, bucket),
  limitations,
);
copyTargetContract(`Ceph at ${endpoint}`, async () => s3TargetUnderTest(client, other, bucket), limitations);

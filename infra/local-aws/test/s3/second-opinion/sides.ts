import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type S3UnderTest, startS3UnderTest } from "../s3-under-test.ts";

/** One of the two S3 that are compared: the same bucket, keys and region, so a case need not know which it is. */
export interface Side {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly client: S3Client;
}

/**
 * What is asked of both sides; what came of it by AWS's documentation (e.g. `403 SignatureDoesNotMatch`), which is
 * what the emulator must answer; and, where Ceph answers otherwise, its answer and AWS's page that sides with ours.
 */
export type Case =
  | readonly [rule: string, run: (side: Side) => Promise<string>, aws: string]
  | readonly [rule: string, run: (side: Side) => Promise<string>, aws: string, ceph: string, page: string];

const region = "us-east-1";
const bucket = `second-opinion-${Date.now()}`;

function cephSide(): Side {
  const endpoint = process.env.TEST_CEPH_ENDPOINT;
  if (endpoint === undefined)
    throw new Error(
      "TEST_CEPH_ENDPOINT is not set: start Ceph with test/reference/stack/ceph-up.sh and name it",
    );
  const accessKeyId = process.env.TEST_CEPH_ACCESS_KEY_ID ?? "";
  const secretAccessKey = process.env.TEST_CEPH_SECRET_ACCESS_KEY ?? "";
  return sideAt(endpoint, accessKeyId, secretAccessKey);
}

function sideAt(endpoint: string, accessKeyId: string, secretAccessKey: string): Side {
  const client = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return { endpoint, region, bucket, accessKeyId, secretAccessKey, client };
}

/** The tests of a file: the emulator must answer as AWS documents, and Ceph the same, or as is written down. */
export function compare(cases: readonly Case[]): void {
  let emulator: S3UnderTest;
  let sides: { readonly ours: Side; readonly ceph: Side };
  const principal = {
    name: "reference",
    arn: "arn:aws:iam::000000000000:role/reference",
    accessKeyId: "reference",
    secretAccessKey: "reference-secret",
    statements: [],
  };
  beforeAll(async () => {
    emulator = await startS3UnderTest({
      region,
      buckets: [{ name: bucket }],
      judge: {
        principalOf: (id) => (id === principal.accessKeyId ? principal : undefined),
        allows: () => true,
      },
    });
    sides = {
      ours: sideAt(emulator.endpoint, principal.accessKeyId, principal.secretAccessKey),
      ceph: cephSide(),
    };
    await sides.ceph.client.send(new CreateBucketCommand({ Bucket: bucket }));
  });
  afterAll(async () => {
    sides.ours.client.destroy();
    sides.ceph.client.destroy();
    await emulator.stop();
  });
  test.each(cases)("%s", async (_rule, run, aws, ceph = aws, page = "") => {
    const [ours, theirs] = await Promise.all([run(sides.ours), run(sides.ceph)]);
    expect({ ours, ceph: theirs }, page).toEqual({ ours: aws, ceph });
  });
}

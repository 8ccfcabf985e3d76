import { ok, type S3Answer } from "../answer.ts";
import type { BucketCall, S3Call } from "../call.ts";
import type { XmlNode } from "../xml.ts";

export async function listBuckets({ buckets }: S3Call): Promise<S3Answer> {
  const created = new Date(0).toISOString();
  return ok("ListAllMyBucketsResult", [
    ["Owner", [["ID", "local"]]],
    [
      "Buckets",
      [...buckets.keys()].sort().map(
        (name): XmlNode => [
          "Bucket",
          [
            ["Name", name],
            ["CreationDate", created],
          ],
        ],
      ),
    ],
  ]);
}

export async function headBucket({ region }: BucketCall): Promise<S3Answer> {
  return { status: 200, headers: { "x-amz-bucket-region": region } };
}

export async function getBucketLocation({ region }: BucketCall): Promise<S3Answer> {
  // us-east-1 is the empty constraint (S3 API reference, GetBucketLocation).
  const constraint = region === "us-east-1" ? "" : region;
  return {
    status: 200,
    xml: `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${constraint}</LocationConstraint>`,
  };
}

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";

/** All that a smoke run writes into the bucket lies below; the reaper leaves alone what has such a key. */
export const SMOKE_KEYS = "smoke/";

/** AWS itself, with the credentials of whoever runs this. */
export interface AwsSide {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly bucket: string;
  readonly table: string;
}

export const openAwsSide = (bucket: string, table: string): AwsSide => ({
  s3: new S3Client({ maxAttempts: 5, requestChecksumCalculation: "WHEN_REQUIRED" }),
  dynamodb: new DynamoDBClient({ maxAttempts: 5 }),
  bucket,
  table,
});

/** Deletes what smoke runs have left in the bucket; answers how much that was. */
export async function cleanBucket({ s3, bucket: Bucket }: AwsSide): Promise<number> {
  let cleaned = 0;
  for (;;) {
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: SMOKE_KEYS, MaxKeys: 100 }),
    );
    if (Contents.length === 0) break;
    for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    cleaned += Contents.length;
  }
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: SMOKE_KEYS }));
  for (const { Key, UploadId } of Uploads)
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  return cleaned + Uploads.length;
}

import { S3Client } from "@aws-sdk/client-s3";

let client: S3Client | undefined;

/**
 * One client an environment. WHEN_REQUIRED because the SDK's default bakes the CRC32 of an empty body into
 * presigned part URLs, and S3 then refuses every real body (aws-sdk-js-v3 #6994).
 */
export function s3Client(): S3Client {
  client ??= new S3Client({
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 6,
  });
  return client;
}

import { randomBytes } from "node:crypto";
import { ok, type S3Answer } from "../answer.ts";
import { type BucketCall, invalidRequest, objectArn } from "../call.ts";
import { type ChecksumType, checksumTraits } from "../checksums.ts";
import { descriptionOf } from "../description.ts";
import { namedAlgorithm } from "../stated-checksum.ts";
import type { UploadRecord } from "../store/stored-object.ts";

export async function createMultipartUpload(call: BucketCall): Promise<S3Answer> {
  if (call.headers["x-amz-tagging"] !== undefined) {
    call.require("s3:PutObjectTagging", objectArn(call.bucket.name, call.key));
  }
  const checksum = uploadChecksum(call);
  const upload: UploadRecord = {
    ...descriptionOf(call),
    id: randomBytes(32).toString("base64url"),
    key: call.key,
    initiatedAt: call.now,
    initiator: call.signature.principal.arn,
    ...(checksum === undefined ? {} : { checksum }),
  };
  await call.bucket.createUpload(upload);
  const result = ok("InitiateMultipartUploadResult", [
    ["Bucket", call.bucket.name],
    ["Key", call.key],
    ["UploadId", upload.id],
  ]);
  if (checksum === undefined) return result;
  return {
    ...result,
    headers: { "x-amz-checksum-algorithm": checksum.algorithm, "x-amz-checksum-type": checksum.type },
  };
}

function uploadChecksum(call: BucketCall): UploadRecord["checksum"] {
  const algorithm = namedAlgorithm(call);
  const type = call.headers["x-amz-checksum-type"]?.toUpperCase();
  if (algorithm === undefined) {
    if (type !== undefined) {
      throw invalidRequest(
        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
      );
    }
    return undefined;
  }
  const types: readonly ChecksumType[] = checksumTraits(algorithm).multipartTypes;
  const chosen = type === undefined ? types[0] : types.find((one) => one === type);
  if (chosen === undefined) {
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type: chosen };
}

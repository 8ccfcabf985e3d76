import { randomUUID } from "node:crypto";
import type { S3Answer } from "../answer.ts";
import { type BucketCall, objectArn } from "../call.ts";
import { type ChecksumAlgorithm, checksumHeader } from "../checksums.ts";
import { descriptionOf } from "../description.ts";
import { type MeasuredBytes, receiveBody } from "../receive-body.ts";
import { statedChecksum } from "../stated-checksum.ts";
import { IncomingFile } from "../store/incoming-file.ts";
import type { ObjectDescription, ObjectVersion, StoredObject } from "../store/stored-object.ts";
import { writeCondition } from "../write-condition.ts";

/** Largest single PUT, part and copy. */
export const largestUploadBytes = 5 * 1024 ** 3;

export async function putObject(call: BucketCall): Promise<S3Answer> {
  if (call.headers["x-amz-tagging"] !== undefined) {
    call.require("s3:PutObjectTagging", objectArn(call.bucket.name, call.key));
  }
  const description = descriptionOf(call);
  const condition = writeCondition(call);
  // A refusal that is certain already need not cost the client its upload; the one that counts comes at the end.
  condition?.(call.bucket.object(call.key));
  const stated = statedChecksum(call);
  await using file = await IncomingFile.create(call.bucket.incoming);
  const measured = await receiveBody(call, { mostBytes: largestUploadBytes, stated }, (chunk) =>
    file.write(chunk),
  );
  await file.sync();
  const received = singlePartObject(call, description, measured, stated?.algorithm);
  const object = await call.bucket.put(received, file.path, condition);
  return {
    status: 200,
    headers: {
      etag: `"${object.etag}"`,
      ...checksumHeaders(object),
      ...versionHeaders(object),
      "content-length": 0,
    },
  };
}

/** The object that these bytes are, in one new data file. */
export function singlePartObject(
  call: BucketCall,
  description: ObjectDescription,
  measured: MeasuredBytes,
  algorithm: ChecksumAlgorithm | undefined,
): StoredObject {
  const { bytes, md5, checksum } = measured;
  return {
    ...description,
    key: call.key,
    bytes,
    etag: md5,
    modifiedAt: call.now,
    ...(algorithm === undefined || checksum === undefined
      ? {}
      : { checksum: { algorithm, type: "FULL_OBJECT", value: checksum } }),
    parts: [{ number: 1, file: randomUUID(), bytes, md5, modifiedAt: call.now }],
  };
}

export function checksumHeaders({ checksum }: Pick<StoredObject, "checksum">): Record<string, string> {
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };
}

/** Which version a call made or answers with; nothing without versioning. */
export const versionHeaders = ({ versionId }: Pick<ObjectVersion, "versionId">): Record<string, string> =>
  versionId === undefined ? {} : { "x-amz-version-id": versionId };

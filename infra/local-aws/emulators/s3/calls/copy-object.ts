import { ownValue } from "../../../own-value.ts";
import type { AwsFailure } from "../../aws-failure.ts";
import { checksumNodes, ok, type S3Answer } from "../answer.ts";
import { type BucketCall, invalidArgument, invalidRequest, objectArn } from "../call.ts";
import { descriptionOf } from "../description.ts";
import { findCopySource } from "../find-object.ts";
import { isoTime } from "../iso-time.ts";
import { checkSourceCondition } from "../read-condition.ts";
import { measure } from "../receive-body.ts";
import { namedAlgorithm } from "../stated-checksum.ts";
import { IncomingFile } from "../store/incoming-file.ts";
import type { ObjectDescription, StoredObject } from "../store/stored-object.ts";
import { writeCondition } from "../write-condition.ts";
import { largestUploadBytes, singlePartObject, versionHeaders } from "./put-object.ts";

export async function copyObject(call: BucketCall): Promise<S3Answer> {
  const { bucket: sourceBucket, object: source } = findCopySource(call);
  checkSourceCondition(call.headers, source);
  if (source.bytes > largestUploadBytes) throw copySourceTooLarge();
  const replaces = directive(call, "x-amz-metadata-directive") === "REPLACE";
  if (sourceBucket === call.bucket && source.key === call.key && !replaces) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const description = copiedDescription(call, sourceBucket.name, source, replaces);
  const algorithm = namedAlgorithm(call) ?? source.checksum?.algorithm;
  const condition = writeCondition(call);

  await using file = await IncomingFile.create(call.bucket.incoming);
  const bytes = sourceBucket.files.read(source.parts, 0, source.bytes - 1);
  const measured = await measure(bytes, algorithm, (chunk) => file.write(chunk));
  await file.sync();
  const copy = singlePartObject(call, description, measured, algorithm);
  const stored = await call.bucket.put(copy, file.path, condition);
  return {
    ...ok("CopyObjectResult", [
      ["LastModified", isoTime(copy.modifiedAt)],
      ["ETag", `"${copy.etag}"`],
      ...checksumNodes(copy.checksum?.algorithm, copy.checksum?.value, copy.checksum?.type),
    ]),
    headers: versionHeaders(stored),
  };
}

function copiedDescription(
  call: BucketCall,
  sourceBucket: string,
  source: StoredObject,
  replaces: boolean,
): ObjectDescription {
  const own = descriptionOf(call);
  const tags = directive(call, "x-amz-tagging-directive") === "REPLACE" ? own.tags : source.tags;
  if (Object.keys(tags).length > 0) {
    if (tags === source.tags) call.require("s3:GetObjectTagging", objectArn(sourceBucket, source.key));
    call.require("s3:PutObjectTagging", objectArn(call.bucket.name, call.key));
  }
  return replaces ? { ...own, tags } : { headers: source.headers, metadata: source.metadata, tags };
}

export const copySourceTooLarge = (): AwsFailure =>
  invalidRequest(
    `The specified copy source is larger than the maximum allowable size for a copy source: ${largestUploadBytes}`,
  );

function directive(call: BucketCall, header: string): "COPY" | "REPLACE" {
  const value = ownValue(call.headers, header) ?? "COPY";
  if (value !== "COPY" && value !== "REPLACE") throw invalidArgument("Unknown directive.", header, value);
  return value;
}

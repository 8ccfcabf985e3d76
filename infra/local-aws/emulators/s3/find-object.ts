import { AwsFailure } from "../aws-failure.ts";
import { accessDenied, type BucketCall, bucketArn, invalidArgument, objectArn, type S3Call } from "./call.ts";
import { noSuchKey } from "./condition-failures.ts";
import type { BucketStore } from "./store/bucket-store.ts";
import type { StoredObject } from "./store/stored-object.ts";
import { parseObjectPath } from "./target.ts";

/** The object that is called for. Whoever may not list the bucket is not told that a key is missing: 403, as AWS. */
export function findObject(call: BucketCall): StoredObject {
  return existing(call, call.bucket, call.key);
}

function existing(call: S3Call, bucket: BucketStore, key: string): StoredObject {
  const object = bucket.object(key);
  if (object !== undefined) return object;
  if (bucket.versions(key).length > 0) call.response.setHeader("x-amz-delete-marker", "true");
  throw call.permits("s3:ListBucket", bucketArn(bucket.name)) ? noSuchKey() : accessDenied();
}

/** The bucket of that name; `NoSuchBucket` (404). */
export function findBucket(call: Pick<S3Call, "buckets">, name: string): BucketStore {
  const bucket = call.buckets.get(name);
  if (bucket !== undefined) return bucket;
  throw new AwsFailure("NoSuchBucket", "The specified bucket does not exist", 404, { BucketName: name });
}

/** The object that `x-amz-copy-source` names, if the caller may read it. */
export function findCopySource(call: S3Call): {
  readonly bucket: BucketStore;
  readonly object: StoredObject;
} {
  const header = call.headers["x-amz-copy-source"] ?? "";
  const [path = "", ...parameters] = header.split("?");
  const { bucket: name, key } = parseObjectPath(path.startsWith("/") ? path : `/${path}`);
  if (name === "" || key === "" || parameters.length > 0) {
    throw invalidArgument(
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
      "x-amz-copy-source",
      header,
    );
  }
  const bucket = findBucket(call, name);
  call.require("s3:GetObject", objectArn(name, key));
  return { bucket, object: existing(call, bucket, key) };
}

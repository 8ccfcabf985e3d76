import type { S3Answer } from "./answer.ts";
import { bucketArn, objectArn, type S3Call } from "./call.ts";
import { findBucket } from "./find-object.ts";
import type { S3Operation } from "./operations.ts";
import type { Target } from "./target.ts";

/** Judges what the operation needs on its bucket or object, and returns the handler bound to the call. */
export function authorize(
  operation: S3Operation,
  call: S3Call,
  { bucket: bucketName, key }: Target,
): (more: Pick<S3Call, "cutAfterBytes">) => Promise<S3Answer> {
  if (operation.scope === "service") {
    for (const action of operation.actions) call.require(action, "arn:aws:s3:::*");
    return (more) => operation.handle({ ...call, ...more });
  }
  const bucket = findBucket(call, bucketName);
  const resource = operation.scope === "bucket" ? bucketArn(bucketName) : objectArn(bucketName, key);
  for (const action of operation.actions) call.require(action, resource);
  return (more) => operation.handle({ ...call, ...more, bucket, key });
}

/** Condition keys (Service authorization reference, Amazon S3). */
export function requestContext(
  action: string,
  presigned: boolean,
  { query }: Target,
): Readonly<Record<string, readonly string[]>> {
  const listed = action === "s3:ListBucket" ? ["prefix", "delimiter", "max-keys"] : [];
  // S3 user guide, "Enforce conditional writes": an upload that is begun, and a part of one, make no object.
  const makesObject = !query.has("uploads") && !query.has("partNumber");
  return {
    // The emulator stands where TLS ends on AWS: what reaches S3 there has come over TLS, or policy refuses it.
    "aws:SecureTransport": ["true"],
    "s3:signatureversion": ["AWS4-HMAC-SHA256"],
    "s3:authType": [presigned ? "REST-QUERY-STRING" : "REST-HEADER"],
    ...(action === "s3:PutObject" && { "s3:ObjectCreationOperation": [String(makesObject)] }),
    ...Object.fromEntries(
      listed.filter((name) => query.has(name)).map((name) => [`s3:${name}`, [query.get(name) ?? ""]]),
    ),
  };
}

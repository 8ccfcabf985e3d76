import type { S3Answer } from "./answer.ts";
import type { BucketCall, S3Call } from "./call.ts";
import { getBucketLocation, headBucket, listBuckets } from "./calls/bucket-calls.ts";
import { completeMultipartUpload } from "./calls/complete-multipart-upload.ts";
import { copyObject } from "./calls/copy-object.ts";
import { createMultipartUpload } from "./calls/create-multipart-upload.ts";
import { deleteObject, deleteObjects, deleteObjectVersion } from "./calls/delete-objects.ts";
import { getObject } from "./calls/get-object.ts";
import { listObjectVersions } from "./calls/list-object-versions.ts";
import { listObjects } from "./calls/list-objects.ts";
import { abortMultipartUpload, listMultipartUploads, listParts } from "./calls/multipart-lists.ts";
import { getObjectAttributes } from "./calls/object-attributes.ts";
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from "./calls/object-tagging.ts";
import { putObject } from "./calls/put-object.ts";
import { uploadPart, uploadPartCopy } from "./calls/upload-part.ts";

interface OperationTraits {
  readonly name: string;
  readonly method: string;
  /** Query parameters, or headers of the prefix `x-amz-`, that tell it from others on the same path. */
  readonly needs: readonly string[];
  /** Further query parameters that are obeyed; all others are refused. */
  readonly query?: readonly string[];
  /** Headers that change what S3 does and are obeyed; others that would change it are refused. */
  readonly headers?: readonly string[];
  /** On the bucket or object called for (Service authorization reference, Amazon S3). */
  readonly actions: readonly string[];
}

export type S3Operation = OperationTraits &
  (
    | { readonly scope: "service"; readonly handle: (call: S3Call) => Promise<S3Answer> }
    | { readonly scope: "bucket" | "object"; readonly handle: (call: BucketCall) => Promise<S3Answer> }
  );

const description = [
  "x-amz-meta-*",
  "x-amz-tagging",
  "x-amz-storage-class=STANDARD",
  "x-amz-server-side-encryption=AES256",
];
const body = [
  "x-amz-checksum-*",
  "x-amz-sdk-checksum-algorithm",
  "x-amz-trailer",
  "x-amz-decoded-content-length",
];
const writeConditions = ["if-match", "if-none-match"];
const readConditions = [...writeConditions, "if-modified-since", "if-unmodified-since"];
const copySource = readConditions.map((name) => `x-amz-copy-source-${name}`);
const readHeaders = [...readConditions, "x-amz-checksum-mode"];
const readParameters = [
  "partNumber",
  "x-amz-checksum-mode",
  "response-cache-control",
  "response-content-disposition",
  "response-content-encoding",
  "response-content-language",
  "response-content-type",
  "response-expires",
];

/** Everything that is answered; what is asked for beyond it is NotImplemented. */
export const s3Operations: readonly S3Operation[] = [
  {
    name: "ListBuckets",
    scope: "service",
    method: "GET",
    needs: [],
    actions: ["s3:ListAllMyBuckets"],
    handle: listBuckets,
  },
  {
    name: "HeadBucket",
    scope: "bucket",
    method: "HEAD",
    needs: [],
    actions: ["s3:ListBucket"],
    handle: headBucket,
  },
  {
    name: "GetBucketLocation",
    scope: "bucket",
    method: "GET",
    needs: ["location"],
    actions: ["s3:GetBucketLocation"],
    handle: getBucketLocation,
  },
  {
    name: "ListObjectsV2",
    scope: "bucket",
    method: "GET",
    needs: ["list-type"],
    query: ["prefix", "delimiter", "max-keys", "continuation-token", "start-after", "encoding-type"],
    actions: ["s3:ListBucket"],
    handle: listObjects,
  },
  {
    name: "ListObjectVersions",
    scope: "bucket",
    method: "GET",
    needs: ["versions"],
    query: ["prefix", "max-keys", "key-marker", "version-id-marker", "encoding-type"],
    actions: ["s3:ListBucketVersions"],
    handle: listObjectVersions,
  },
  {
    name: "ListMultipartUploads",
    scope: "bucket",
    method: "GET",
    needs: ["uploads"],
    query: ["prefix", "max-uploads", "key-marker", "upload-id-marker", "encoding-type"],
    actions: ["s3:ListBucketMultipartUploads"],
    handle: listMultipartUploads,
  },
  {
    name: "DeleteObjects",
    scope: "bucket",
    method: "POST",
    needs: ["delete"],
    headers: body,
    // Judged key by key.
    actions: [],
    handle: deleteObjects,
  },
  {
    name: "PutObject",
    scope: "object",
    method: "PUT",
    needs: [],
    headers: [...description, ...body, ...writeConditions],
    actions: ["s3:PutObject"],
    handle: putObject,
  },
  {
    name: "CopyObject",
    scope: "object",
    method: "PUT",
    needs: ["x-amz-copy-source"],
    headers: [
      ...description,
      ...copySource,
      ...writeConditions,
      "x-amz-checksum-algorithm",
      "x-amz-metadata-directive",
      "x-amz-tagging-directive",
    ],
    actions: ["s3:PutObject"],
    handle: copyObject,
  },
  {
    name: "GetObject",
    scope: "object",
    method: "GET",
    needs: [],
    query: readParameters,
    headers: readHeaders,
    actions: ["s3:GetObject"],
    handle: getObject,
  },
  {
    name: "HeadObject",
    scope: "object",
    method: "HEAD",
    needs: [],
    query: readParameters,
    headers: readHeaders,
    actions: ["s3:GetObject"],
    handle: getObject,
  },
  {
    name: "DeleteObject",
    scope: "object",
    method: "DELETE",
    needs: [],
    actions: ["s3:DeleteObject"],
    handle: deleteObject,
  },
  {
    name: "DeleteObject",
    scope: "object",
    method: "DELETE",
    needs: ["versionId"],
    actions: ["s3:DeleteObjectVersion"],
    handle: deleteObjectVersion,
  },
  {
    name: "GetObjectAttributes",
    scope: "object",
    method: "GET",
    needs: ["attributes", "x-amz-object-attributes"],
    headers: ["x-amz-max-parts", "x-amz-part-number-marker"],
    actions: ["s3:GetObject", "s3:GetObjectAttributes"],
    handle: getObjectAttributes,
  },
  {
    name: "GetObjectTagging",
    scope: "object",
    method: "GET",
    needs: ["tagging"],
    actions: ["s3:GetObjectTagging"],
    handle: getObjectTagging,
  },
  {
    name: "PutObjectTagging",
    scope: "object",
    method: "PUT",
    needs: ["tagging"],
    headers: body,
    actions: ["s3:PutObjectTagging"],
    handle: putObjectTagging,
  },
  {
    name: "DeleteObjectTagging",
    scope: "object",
    method: "DELETE",
    needs: ["tagging"],
    actions: ["s3:DeleteObjectTagging"],
    handle: deleteObjectTagging,
  },
  {
    name: "CreateMultipartUpload",
    scope: "object",
    method: "POST",
    needs: ["uploads"],
    headers: [...description, "x-amz-checksum-algorithm", "x-amz-checksum-type"],
    actions: ["s3:PutObject"],
    handle: createMultipartUpload,
  },
  {
    name: "UploadPart",
    scope: "object",
    method: "PUT",
    needs: ["partNumber", "uploadId"],
    headers: body,
    actions: ["s3:PutObject"],
    handle: uploadPart,
  },
  {
    name: "UploadPartCopy",
    scope: "object",
    method: "PUT",
    needs: ["partNumber", "uploadId", "x-amz-copy-source"],
    headers: [...copySource, "x-amz-copy-source-range"],
    actions: ["s3:PutObject"],
    handle: uploadPartCopy,
  },
  {
    name: "CompleteMultipartUpload",
    scope: "object",
    method: "POST",
    needs: ["uploadId"],
    headers: ["x-amz-checksum-*", "x-amz-mp-object-size", ...writeConditions],
    actions: ["s3:PutObject"],
    handle: completeMultipartUpload,
  },
  {
    name: "AbortMultipartUpload",
    scope: "object",
    method: "DELETE",
    needs: ["uploadId"],
    actions: ["s3:AbortMultipartUpload"],
    handle: abortMultipartUpload,
  },
  {
    name: "ListParts",
    scope: "object",
    method: "GET",
    needs: ["uploadId"],
    query: ["max-parts", "part-number-marker"],
    actions: ["s3:ListMultipartUploadParts"],
    handle: listParts,
  },
];

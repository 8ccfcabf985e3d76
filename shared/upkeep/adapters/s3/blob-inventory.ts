import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type MultipartUpload,
  type S3Client,
  type _Object as S3Object,
} from "@aws-sdk/client-s3";
import type { BlobInventory, ListedBlob, ListedUpload, UploadInventory } from "../../ports/blob-inventory.ts";

const PAGE = 1000;

const isoOf = (time: Date | undefined): string | undefined =>
  time === undefined || Number.isNaN(time.getTime()) ? undefined : time.toISOString();

const blobOf = (object: S3Object): ListedBlob => {
  const modifiedAt = isoOf(object.LastModified);
  return {
    key: object.Key ?? "",
    size: object.Size ?? 0,
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
  };
};

const uploadOf = (upload: MultipartUpload): ListedUpload => {
  const startedAt = isoOf(upload.Initiated);
  const { Key: key = "", UploadId: uploadId = "" } = upload;
  return { key, uploadId, ...(startedAt === undefined ? {} : { startedAt }) };
};

interface UploadMarker {
  readonly KeyMarker: string;
  readonly UploadIdMarker: string;
}

/**
 * The objects and multipart uploads of one S3 bucket, which needs the right to list it and no right to any object:
 * one object is looked at by a list of its key. Goes on after a key, not by a continuation token, which S3 does
 * not promise to know tomorrow. `pageSize` is for tests; `folder`: only what has keys that begin so.
 */
export function s3BlobInventory(
  client: S3Client,
  Bucket: string,
  { pageSize = PAGE, folder = "" } = {},
): BlobInventory & UploadInventory {
  const uploadsBehind = async (marker: UploadMarker | undefined, Prefix?: string) => {
    const answer = await client.send(
      new ListMultipartUploadsCommand({ Bucket, MaxUploads: pageSize, Prefix, ...marker }),
    );
    const { IsTruncated, NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = answer;
    const next =
      IsTruncated && KeyMarker !== undefined && UploadIdMarker !== undefined
        ? { KeyMarker, UploadIdMarker }
        : undefined;
    return { uploads: (answer.Uploads ?? []).map(uploadOf), next };
  };

  return {
    listBlobs: async (after) => {
      const answer = await client.send(
        new ListObjectsV2Command({
          Bucket,
          MaxKeys: pageSize,
          StartAfter: after,
          ...(folder !== "" && { Prefix: folder }),
        }),
      );
      const blobs = (answer.Contents ?? []).map(blobOf);
      const last = blobs.at(-1)?.key;
      return answer.IsTruncated && last !== undefined ? { blobs, next: last } : { blobs };
    },

    listUploads: async (after) => {
      const marker = after === undefined ? undefined : (JSON.parse(after) as UploadMarker);
      const { uploads, next } = await uploadsBehind(marker, folder || undefined);
      return next ? { uploads, next: JSON.stringify(next) } : { uploads };
    },

    findBlob: async (key) => {
      const answer = await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1, Prefix: key }));
      const [first] = (answer.Contents ?? []).map(blobOf);
      return first?.key === key ? first : undefined;
    },

    findUpload: async (key, uploadId) => {
      let marker: UploadMarker | undefined;
      do {
        const { uploads, next } = await uploadsBehind(marker, key);
        const found = uploads.find((upload) => upload.key === key && upload.uploadId === uploadId);
        if (found) return found;
        marker = next;
      } while (marker);
      return undefined;
    },
  };
}

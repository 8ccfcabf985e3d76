import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  type StorageClass,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { type BlobStore, BlobStoreFailed } from "../../ports/blob-store.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import { type PresigningStore, UploadGone } from "../../ports/presigning-store.ts";
import { readInRanges } from "../streams/read-in-ranges.ts";
import { writeInParts } from "../streams/write-in-parts.ts";
import { createObject } from "./create-object.ts";
import { isNamed, translateErrors } from "./translate-errors.ts";
import { withUnsignedPayload } from "./unsigned-payload.ts";

const CONTENT_TYPE = "application/octet-stream";

const unquoted = (etag: string | undefined): string => (etag ?? "").replaceAll('"', "");

export interface S3StoreOptions {
  /** S3's word for the storage class of new objects; S3's own default otherwise. */
  readonly storageClass?: string | undefined;
}

/** Image bytes in one S3 bucket. */
export function s3BlobStore(
  client: S3Client,
  Bucket: string,
  { storageClass }: S3StoreOptions = {},
): PresigningStore & Pick<CopyTarget, "sendPart"> {
  const created = {
    ContentType: CONTENT_TYPE,
    // Which ones there are, the settings check (shared/settings/stores/s3-store.ts).
    ...(storageClass !== undefined && { StorageClass: storageClass as StorageClass }),
  };
  const read: BlobStore["read"] = (key, offset, length) =>
    translateErrors("read an object", async () => {
      if (length <= 0) return new Uint8Array();
      try {
        const Range = `bytes=${offset}-${offset + length - 1}`;
        const answer = await client.send(new GetObjectCommand({ Bucket, Key: key, Range }));
        return (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (error) {
        if (isNamed(error, "InvalidRange")) return new Uint8Array();
        throw error;
      }
    });

  /** S3 says the same of an object that is not there and of a bucket that is not: then nothing is known of its objects. */
  const requireBucket = async (): Promise<void> => {
    await client.send(new HeadBucketCommand({ Bucket })).catch((cause: unknown) => {
      throw new BlobStoreFailed(`The bucket ${Bucket} of the image store does not answer.`, { cause });
    });
  };

  const sendPart: CopyTarget["sendPart"] = (key, UploadId, PartNumber, Body, _, md5) =>
    translateErrors("store a part", async () => {
      const ContentMD5 = (md5 ? Buffer.from(md5, "hex") : createHash("md5").update(Body).digest()).toString(
        "base64",
      );
      const part = { Bucket, Key: key, UploadId, PartNumber, Body, ContentMD5 };
      const { ETag } = await client.send(withUnsignedPayload(new UploadPartCommand(part)));
      return unquoted(ETag);
    });

  const store: PresigningStore & Pick<CopyTarget, "sendPart"> = {
    sendPart,

    createUpload: (key) =>
      translateErrors("open an upload", async () => {
        const answer = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: key, ...created }));
        if (answer.UploadId === undefined) throw new Error("S3 gave no upload id");
        return answer.UploadId;
      }),

    signPart: (key, UploadId, PartNumber, ContentLength, expiresIn) =>
      getSignedUrl(client, new UploadPartCommand({ Bucket, Key: key, UploadId, PartNumber, ContentLength }), {
        expiresIn,
      }),

    listParts: (key, UploadId, after) =>
      translateErrors("list parts", async () => {
        const answer = await client.send(
          new ListPartsCommand({
            Bucket,
            Key: key,
            UploadId,
            ...(after === undefined ? {} : { PartNumberMarker: String(after) }),
          }),
        );
        const parts = (answer.Parts ?? []).map((part) => ({
          number: part.PartNumber ?? 0,
          size: part.Size ?? 0,
          etag: unquoted(part.ETag),
        }));
        const last = parts.at(-1)?.number;
        return answer.IsTruncated && last !== undefined ? { parts, next: last } : { parts };
      }),

    completeUpload: (key, UploadId, parts) =>
      translateErrors("complete an upload", async () => {
        const command = new CompleteMultipartUploadCommand({
          Bucket,
          Key: key,
          UploadId,
          // A URL or a request that is late must never replace an object that is there.
          IfNoneMatch: "*",
          MultipartUpload: {
            Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: `"${etag}"` })),
          },
        });
        await createObject(() => client.send(command));
      }),

    abortUpload: (key, UploadId) =>
      translateErrors("abort an upload", async () => {
        await client.send(new AbortMultipartUploadCommand({ Bucket, Key: key, UploadId }));
      }).catch((error: unknown) => {
        if (!(error instanceof UploadGone)) throw error;
      }),

    put: (key, bytes) =>
      translateErrors("store an object", async () => {
        const object = { Bucket, Key: key, Body: bytes, ...created, IfNoneMatch: "*" };
        const answer = await createObject(() => client.send(new PutObjectCommand(object)));
        const { ETag } = answer ?? (await client.send(new HeadObjectCommand({ Bucket, Key: key })));
        return unquoted(ETag);
      }),

    write: (key, bytes, size) => writeInParts(store, key, bytes, size),

    head: (key) =>
      translateErrors("look at an object", async () => {
        try {
          const answer = await client.send(new HeadObjectCommand({ Bucket, Key: key }));
          const modifiedAt = answer.LastModified?.toISOString();
          return {
            size: answer.ContentLength ?? 0,
            etag: unquoted(answer.ETag),
            ...(modifiedAt === undefined ? {} : { modifiedAt }),
          };
        } catch (error) {
          if (!isNamed(error, "NotFound", "NoSuchKey")) throw error;
          await requireBucket();
          return undefined;
        }
      }),

    read,

    readStream: (key, range) => readInRanges(read, key, range),

    signDownload: (key, expiresIn) =>
      getSignedUrl(
        client,
        // glance, nova and cinder die on any other type, S3's own default included (docs/reference/clients.md,
        // "Downloads").
        new GetObjectCommand({ Bucket, Key: key, ResponseContentType: CONTENT_TYPE }),
        { expiresIn },
      ),

    delete: (key) =>
      translateErrors("delete an object", async () => {
        await client.send(new DeleteObjectCommand({ Bucket, Key: key }));
      }),
  };
  return store;
}

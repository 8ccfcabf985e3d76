import { ListMultipartUploadsCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { s3BlobStore } from "../../../shared/images/adapters/s3/blob-store.ts";
import { s3CopyTarget } from "../../../shared/images/adapters/s3/copy-target.ts";
import { s3CopyingStore } from "../../../shared/images/adapters/s3/copying-store.ts";
import { memoryBlobStore } from "../../fakes/images/memory-blob-store.ts";
import type { CopyTargetUnderTest } from "./copy-target.ts";
import type { CopyingUnderTest } from "./copying-store.ts";
import type { PresigningUnderTest } from "./presigning-store.ts";

/** The S3 adapter on any S3, used as its clients use it: the signed URLs by plain HTTP. */
export const s3UnderTest = (client: S3Client, bucket: string): PresigningUnderTest => ({
  blobs: s3BlobStore(client, bucket),
  putPart: async (url, bytes) => {
    const response = await fetch(url, { method: "PUT", body: bytes as Uint8Array<ArrayBuffer> });
    await response.arrayBuffer();
    return response.status;
  },
  download: async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer()),
  leftovers: async () => {
    const [objects, uploads] = await Promise.all([
      client.send(new ListObjectsV2Command({ Bucket: bucket })),
      client.send(new ListMultipartUploadsCommand({ Bucket: bucket })),
    ]);
    return [
      ...(objects.Contents ?? []).map(({ Key }) => `object ${Key}`),
      ...(uploads.Uploads ?? []).map(({ Key }) => `upload ${Key}`),
    ];
  },
});

/** Two buckets of any S3, of which one copies from the other. */
export const s3CopyingUnderTest = (client: S3Client, from: string, to: string): CopyingUnderTest => ({
  from: s3CopyingStore(client, from),
  to: s3CopyingStore(client, to, { partBytes: 5 * 1024 ** 2 }),
  leftovers: async () =>
    (await Promise.all([from, to].map((bucket) => s3UnderTest(client, bucket).leftovers()))).flat(),
});

/** The same two, of which one takes copies part by part. */
export const s3TargetUnderTest = (client: S3Client, from: string, to: string): CopyTargetUnderTest => ({
  from: s3CopyTarget(client, from, { service: "one" }),
  to: s3CopyTarget(client, to, { service: "one" }),
  reopened: () => s3CopyTarget(client, to, { service: "one" }),
  stranger: memoryBlobStore().store,
  leftovers: s3CopyingUnderTest(client, from, to).leftovers,
});

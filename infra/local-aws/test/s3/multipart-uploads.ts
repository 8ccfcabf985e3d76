import { createHash, randomBytes } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { S3UnderTest } from "./s3-under-test.ts";

export const Bucket = "images";
export const partBytes = 5 * 1024 * 1024;
/** Two parts of the least size and more, and a small one for the end. */
export const first = randomBytes(partBytes);
export const second = randomBytes(partBytes + 1);
export const third = randomBytes(1000);
export const md5 = (data: Buffer) => createHash("md5").update(data).digest();
export const etag = (data: Buffer) => `"${md5(data).toString("hex")}"`;
export const sorted = (parts: Record<number, Buffer>) =>
  Object.entries(parts).map(([number, data]) => [Number(number), etag(data)] as const);

export interface Upload {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

/** The calls of multipart uploads on the emulator of the moment. */
export const uploadsOn = (s3: () => S3UnderTest) => ({
  open: async (Key: string, more = {}): Promise<Upload> => {
    const command = new CreateMultipartUploadCommand({ Bucket, Key, ...more });
    const { UploadId = "" } = await s3().client.send(command);
    return { Bucket, Key, UploadId };
  },
  upload: (to: Upload, PartNumber: number, Body: Buffer, more = {}) =>
    s3().client.send(new UploadPartCommand({ ...to, PartNumber, Body, ...more })),
  complete: (of: Upload, parts: readonly (readonly [number, string])[], more = {}) =>
    s3().client.send(
      new CompleteMultipartUploadCommand({
        ...of,
        MultipartUpload: { Parts: parts.map(([PartNumber, ETag]) => ({ PartNumber, ETag })) },
        ...more,
      }),
    ),
  read: async (Key: string, more = {}) => {
    const { Body } = await s3().client.send(new GetObjectCommand({ Bucket, Key, ...more }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  },
});

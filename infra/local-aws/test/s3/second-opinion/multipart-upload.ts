import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { refusal } from "../s3-under-test.ts";
import type { Side } from "./sides.ts";

export const large = Buffer.alloc(5 * 1024 ** 2, "a");
export const small = Buffer.from("the end");
export const md5 = (bytes: Buffer): string => createHash("md5").update(bytes).digest("hex");
type Listed = readonly (readonly [number: number, etag: string])[];

/** An upload on one side, and what a case does with it. */
async function open({ client, bucket: Bucket }: Side, Key: string) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const upload = { Bucket, Key, UploadId };
  return {
    upload,
    part: (PartNumber: number, Body: Buffer, more = {}) =>
      client.send(new UploadPartCommand({ ...upload, PartNumber, Body, ...more })),
    copy: (PartNumber: number, CopySource: string, CopySourceRange?: string) =>
      client.send(new UploadPartCopyCommand({ ...upload, PartNumber, CopySource, CopySourceRange })),
    parts: (more = {}) => client.send(new ListPartsCommand({ ...upload, ...more })),
    complete: (listed: Listed, more = {}) =>
      client.send(
        new CompleteMultipartUploadCommand({
          ...upload,
          MultipartUpload: { Parts: listed.map(([PartNumber, ETag]) => ({ PartNumber, ETag })) },
          ...more,
        }),
      ),
    abort: () => client.send(new AbortMultipartUploadCommand(upload)),
    read: async (more = {}) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    head: (more = {}) => client.send(new HeadObjectCommand({ Bucket, Key, ...more })),
  };
}
type Upload = Awaited<ReturnType<typeof open>>;

let count = 0;
/** A case on an upload of its own, with these parts. */
export const on = (
  parts: Readonly<Record<number, Buffer>>,
  run: (upload: Upload, side: Side) => Promise<unknown>,
) => {
  const key = `upload-${count++}`;
  return async (side: Side): Promise<string> => {
    const upload = await open(side, key);
    for (const [number, bytes] of Object.entries(parts)) await upload.part(Number(number), bytes);
    return String(await run(upload, side));
  };
};
export const completed = (parts: Readonly<Record<number, Buffer>>, listed: Listed, more = {}) =>
  on(parts, ({ complete }) => refusal(complete(listed, more)));

export const both = { 1: large, 2: small };
export const whole: Listed = [
  [1, md5(large)],
  [2, md5(small)],
];

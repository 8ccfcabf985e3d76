import { createHash } from "node:crypto";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { refusal } from "../s3-under-test.ts";
import { page } from "./aws-pages.ts";
import { type Case, compare, type Side } from "./sides.ts";
import { outcomeOf, presigned, send } from "./signed-request.ts";

const text = "0123456789";
let count = 0;
/** A case on an object of its own. */
const on = (run: (key: string, side: Side) => Promise<unknown>, body = text) => {
  const key = `object-${count++}`;
  return async (side: Side): Promise<string> => {
    await side.client.send(
      new PutObjectCommand({ Bucket: side.bucket, Key: key, Body: body, ContentType: "text/plain" }),
    );
    return String(await run(key, side));
  };
};
const etag = `"${createHash("md5").update(text).digest("hex")}"`;
const write = (more: object) =>
  on(
    async (key, { client, bucket }) =>
      `${await refusal(client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: "second", ...more })))} ${(await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).ContentLength}`,
  );
const sha256 = (body: string): string => createHash("sha256").update(body).digest("base64");
const md5 = (body: string): string => createHash("md5").update(body).digest("base64");
const writes: readonly Case[] = [
  ["write If-None-Match over an object", write({ IfNoneMatch: "*" }), "412 PreconditionFailed 10"],
  [
    "write If-None-Match where nothing is",
    on(async (key, { client, bucket }) =>
      refusal(
        client.send(new PutObjectCommand({ Bucket: bucket, Key: `${key}-new`, Body: "x", IfNoneMatch: "*" })),
      ),
    ),
    "accepted",
  ],
  [
    "write If-Match, the same",
    write({ IfMatch: etag }),
    "accepted 6",
    "412 PreconditionFailed 10",
    page.conditionalWrites,
  ],
  ["write If-Match, another", write({ IfMatch: '"0"' }), "412 PreconditionFailed 10"],
  [
    "write If-Match where nothing is",
    on(async (key, { client, bucket }) =>
      refusal(
        client.send(new PutObjectCommand({ Bucket: bucket, Key: `${key}-new`, Body: "x", IfMatch: etag })),
      ),
    ),
    "404 NoSuchKey",
    "412 PreconditionFailed",
    page.conditionalWrites,
  ],
  ["the right Content-MD5", write({ ContentMD5: md5("second") }), "accepted 6"],
  ["the wrong Content-MD5", write({ ContentMD5: md5("other") }), "400 BadDigest 10"],
  ["a Content-MD5 that is none", write({ ContentMD5: "x" }), "400 InvalidDigest 10"],
  ["the right SHA-256", write({ ChecksumSHA256: sha256("second") }), "accepted 6"],
  [
    "the wrong SHA-256",
    write({ ChecksumSHA256: sha256("other") }),
    "400 BadDigest 10",
    "accepted 6",
    page.integrity,
  ],
  [
    "two checksums",
    write({ ChecksumSHA256: sha256("second"), ChecksumCRC32: "AAAAAA==" }),
    "400 InvalidRequest 10",
    "accepted 6",
    page.integrity,
  ],
];

const objects: readonly Case[] = [
  [
    "an absent object",
    on((key, { client, bucket }) =>
      refusal(client.send(new GetObjectCommand({ Bucket: bucket, Key: `${key}-absent` }))),
    ),
    "404 NoSuchKey",
  ],
  [
    "an absent object, HEAD",
    on((key, { client, bucket }) =>
      refusal(client.send(new HeadObjectCommand({ Bucket: bucket, Key: `${key}-absent` }))),
    ),
    "404 NotFound",
  ],
  [
    "an absent bucket",
    on((key, { client }) =>
      refusal(client.send(new GetObjectCommand({ Bucket: "no-such-bucket-here", Key: key }))),
    ),
    "404 NoSuchBucket",
  ],
  [
    "deleted twice",
    on(async (key, { client, bucket }) => {
      const remove = () => refusal(client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
      return `${await remove()} ${await remove()}`;
    }),
    "accepted accepted",
  ],
  [
    "a key of 1024 bytes",
    on((_key, { client, bucket }) =>
      refusal(client.send(new PutObjectCommand({ Bucket: bucket, Key: "k".repeat(1024), Body: "x" }))),
    ),
    "accepted",
  ],
  [
    "a key of 1025 bytes",
    on((_key, { client, bucket }) =>
      refusal(client.send(new PutObjectCommand({ Bucket: bucket, Key: "k".repeat(1025), Body: "x" }))),
    ),
    "400 KeyTooLongError",
    "400 InvalidObjectName",
    page.errors,
  ],
  [
    "metadata in any case",
    on(async (key, { client, bucket }) => {
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: "x", Metadata: { Upper: "V", plain: "a b" } }),
      );
      const { Metadata } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      return JSON.stringify(Object.entries(Metadata ?? {}).sort());
    }),
    '[["plain","a b"],["upper","V"]]',
  ],
  [
    "more than 2 KB of metadata",
    write({ Metadata: { long: "x".repeat(2100) } }),
    "400 MetadataTooLarge 10",
    "accepted 6",
    page.metadata,
  ],
  [
    "response headers asked for",
    on(async (key, side) => {
      const reply = await send(
        side,
        presigned(side, {
          key,
          query: [
            ["response-content-type", "a/b"],
            ["response-content-disposition", "attachment"],
          ],
        }),
      );
      return `${reply.status} ${reply.headers["content-type"]} ${reply.headers["content-disposition"]}`;
    }),
    "200 a/b attachment",
  ],
  [
    "response headers asked for without a signature",
    on(async (key, side) => {
      const wire = presigned(side, { key });
      return outcomeOf(await send(side, { ...wire, query: `${wire.query}&response-content-type=a%2Fb` }));
    }),
    "403 SignatureDoesNotMatch",
  ],
  [
    "copied onto itself",
    on((key, { client, bucket }) =>
      refusal(
        client.send(new CopyObjectCommand({ Bucket: bucket, Key: key, CopySource: `${bucket}/${key}` })),
      ),
    ),
    "400 InvalidRequest",
  ],
  [
    "copied, with its metadata",
    on(async (key, { client, bucket }) => {
      await client.send(
        new CopyObjectCommand({ Bucket: bucket, Key: `${key}-copy`, CopySource: `${bucket}/${key}` }),
      );
      const { ContentType, ETag } = await client.send(
        new HeadObjectCommand({ Bucket: bucket, Key: `${key}-copy` }),
      );
      return `${ContentType} ${ETag}`;
    }),
    `text/plain ${etag}`,
  ],
  [
    "copied if it is another",
    on((key, { client, bucket }) =>
      refusal(
        client.send(
          new CopyObjectCommand({
            Bucket: bucket,
            Key: `${key}-copy`,
            CopySource: `${bucket}/${key}`,
            CopySourceIfMatch: '"0"',
          }),
        ),
      ),
    ),
    "412 PreconditionFailed",
    "accepted",
    page.copyObject,
  ],
];

compare([...writes, ...objects]);

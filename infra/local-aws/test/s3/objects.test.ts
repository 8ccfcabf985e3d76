import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusal, type S3UnderTest, startS3UnderTest } from "./s3-under-test.ts";

let s3: S3UnderTest;
beforeAll(async () => {
  s3 = await startS3UnderTest();
});
afterAll(() => s3.stop());

const Bucket = "images";
const md5 = (data: Buffer | string) => createHash("md5").update(data).digest("hex");
const put = (Key: string, Body: string | Buffer, more = {}) =>
  s3.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const read = async (Key: string, more = {}) => {
  const answer = await s3.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
};

describe("buckets", () => {
  test("are those of the options", async () => {
    const { Buckets } = await s3.client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(["cache", "images"]);
    await s3.client.send(new HeadBucketCommand({ Bucket }));
    expect(await s3.client.send(new GetBucketLocationCommand({ Bucket }))).toMatchObject({
      LocationConstraint: "eu-central-1",
    });
    expect(await refusal(s3.client.send(new HeadBucketCommand({ Bucket: "nowhere" })))).toMatch("404");
  });

  test("anything not emulated is refused loudly", async () => {
    expect(await refusal(s3.client.send(new GetBucketAclCommand({ Bucket })))).toBe("501 NotImplemented");
    expect(await refusal(put("acl", "x", { ACL: "public-read" }))).toBe("501 NotImplemented");
    expect(await refusal(put("glacier", "x", { StorageClass: "GLACIER" }))).toBe("501 NotImplemented");
    expect(s3.calls.at(-1)).toMatchObject({ operation: "Unknown", status: 501, error: "NotImplemented" });
  });
});

describe("PutObject and GetObject", () => {
  test("bytes, type, metadata and MD5 ETag come back", async () => {
    const body = randomBytes(300_000);
    const { ETag } = await put("plain", body, {
      ContentType: "application/octet-stream",
      CacheControl: "no-store",
      Metadata: { image: "42" },
    });
    expect(ETag).toBe(`"${md5(body)}"`);
    expect(await read("plain")).toEqual(body);
    expect(await s3.client.send(new HeadObjectCommand({ Bucket, Key: "plain" }))).toMatchObject({
      ContentLength: body.length,
      ContentType: "application/octet-stream",
      CacheControl: "no-store",
      Metadata: { image: "42" },
      ETag,
    });
  });

  test.each(["a b/é+%25/ü?#&.img", "../../../escape", "a//b", "a", "a/b", "\u{1f600}", "ctrl\u0001"])(
    "the key %j is just a key",
    async (Key) => {
      await put(Key, `body of ${Key}`);
      expect((await read(Key)).toString()).toBe(`body of ${Key}`);
    },
  );

  test("a key has 1,024 bytes at most", async () => {
    await put("k".repeat(1024), "x");
    expect(await refusal(put("k".repeat(1025), "x"))).toBe("400 KeyTooLongError");
  });

  test("an empty object is an object", async () => {
    await put("empty", "");
    expect(await read("empty")).toEqual(Buffer.alloc(0));
    expect(await refusal(read("empty", { Range: "bytes=0-0" }))).toBe("416 InvalidRange");
  });

  test("a stream comes as aws-chunked with a trailing checksum", async () => {
    const body = randomBytes(3_000_000);
    const path = join(s3.directory, "stream-source");
    await writeFile(path, body);
    const client = s3.clientWith({});
    const { ChecksumCRC32 } = await client.send(
      new PutObjectCommand({ Bucket, Key: "streamed", Body: createReadStream(path) }),
    );
    expect(ChecksumCRC32).toBeDefined();
    expect(await read("streamed")).toEqual(body);
    expect((await s3.client.send(new HeadObjectCommand({ Bucket, Key: "streamed" }))).ContentEncoding).toBe(
      undefined,
    );
  });

  test.each([
    ["bytes=0-0", 0, 1],
    ["bytes=10-19", 10, 20],
    ["bytes=990-", 990, 1000],
    ["bytes=-10", 990, 1000],
    ["bytes=900-5000", 900, 1000],
  ])("Range %s", async (Range, start, end) => {
    const body = randomBytes(1000);
    await put("ranged", body);
    expect(await read("ranged", { Range })).toEqual(body.subarray(start, end));
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: "ranged", Range }));
    expect(head.ContentRange).toBe(`bytes ${start}-${end - 1}/1000`);
  });

  test("a range outside is 416, a missing key 404", async () => {
    await put("ranged", randomBytes(1000));
    expect(await refusal(read("ranged", { Range: "bytes=1000-" }))).toBe("416 InvalidRange");
    expect(await refusal(read("missing"))).toBe("404 NoSuchKey");
  });

  test("conditional reads", async () => {
    const { ETag } = await put("conditional", "x");
    expect(await refusal(read("conditional", { IfMatch: '"other"' }))).toMatch("412");
    expect(await refusal(read("conditional", { IfNoneMatch: ETag }))).toMatch("304");
    expect((await read("conditional", { IfMatch: ETag, IfNoneMatch: '"other"' })).toString()).toBe("x");
    expect(await refusal(read("conditional", { IfModifiedSince: new Date(Date.now() + 60_000) }))).toMatch(
      "304",
    );
    expect(await refusal(read("conditional", { IfUnmodifiedSince: new Date(0) }))).toMatch("412");
  });

  test("If-None-Match: * never overwrites, of many at once one wins", async () => {
    const attempts = await Promise.all(
      Array.from({ length: 8 }, (_, n) => refusal(put("once", `body ${n}`, { IfNoneMatch: "*" }))),
    );
    expect(attempts.filter((one) => one === "accepted")).toHaveLength(1);
    const refused = attempts.filter((one) => one !== "accepted");
    // Which of the two depends on whether the one that won was done.
    for (const one of refused)
      expect(one).toMatch(/^(412 PreconditionFailed|409 ConditionalRequestConflict)$/);
    expect(await refusal(put("once", "again", { IfNoneMatch: "*" }))).toBe("412 PreconditionFailed");
  });

  test("If-Match replaces only what it names", async () => {
    const { ETag } = await put("swapped", "one");
    expect(await refusal(put("swapped", "two", { IfMatch: '"0123"' }))).toBe("412 PreconditionFailed");
    await put("swapped", "two", { IfMatch: ETag });
    expect(await refusal(put("never", "x", { IfMatch: ETag }))).toBe("404 NoSuchKey");
  });

  test("who reads an object that is deleted reads it to its end", async () => {
    const body = randomBytes(24 * 1024 * 1024);
    await put("deleted-while-read", body);
    const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key: "deleted-while-read" }));
    const stream = Body as unknown as NodeJS.ReadableStream;
    await once(stream, "readable");
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: "deleted-while-read" }));
    expect(await refusal(read("deleted-while-read"))).toBe("404 NoSuchKey");
    const hash = createHash("md5");
    for await (const chunk of stream) hash.update(chunk);
    expect(hash.digest("hex")).toBe(md5(body));
  });
});

describe("copies", () => {
  test("keep or replace what describes the object", async () => {
    await put("source é", "copied bytes", { ContentType: "text/x", Metadata: { a: "1" } });
    const CopySource = `${Bucket}/${encodeURIComponent("source é")}`;
    const copy = (Key: string, more = {}) =>
      s3.client.send(new CopyObjectCommand({ Bucket: "cache", Key, CopySource, ...more }));
    const head = (Key: string) => s3.client.send(new HeadObjectCommand({ Bucket: "cache", Key }));

    const { CopyObjectResult } = await copy("kept");
    expect(CopyObjectResult?.ETag).toBe(`"${md5("copied bytes")}"`);
    expect(await head("kept")).toMatchObject({ ContentType: "text/x", Metadata: { a: "1" } });
    await copy("replaced", { MetadataDirective: "REPLACE", ContentType: "text/y", Metadata: { b: "2" } });
    expect(await head("replaced")).toMatchObject({ ContentType: "text/y", Metadata: { b: "2" } });
    expect(await refusal(copy("x", { CopySourceIfMatch: '"other"' }))).toBe("412 PreconditionFailed");
    expect(await refusal(copy("x", { CopySource: `${Bucket}/nothing` }))).toBe("404 NoSuchKey");
    expect(await refusal(copy("kept", { CopySource: "cache/kept" }))).toBe("400 InvalidRequest");
  });
});

describe("lists and deletes", () => {
  test("ListObjectsV2 pages through keys and groups in the order of UTF-8", async () => {
    const Bucket = "cache";
    const keys = ["l/a", "l/b/1", "l/b/2", "l/c", "l/d/1", "l/\uffee", "l/\u{1f600}"];
    for (const Key of keys) await s3.client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
    const pages = async (more: object) => {
      const seen: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await s3.client.send(
          new ListObjectsV2Command({ Bucket, Prefix: "l/", ContinuationToken, ...more }),
        );
        for (const { Key } of page.Contents ?? []) seen.push(Key ?? "");
        for (const { Prefix } of page.CommonPrefixes ?? []) seen.push(Prefix ?? "");
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return seen;
    };
    expect(await pages({ MaxKeys: 2 })).toEqual(keys);
    expect(await pages({ MaxKeys: 1, Delimiter: "/" })).toEqual([
      "l/a",
      "l/b/",
      "l/c",
      "l/d/",
      "l/\uffee",
      "l/\u{1f600}",
    ]);
    expect(await pages({ StartAfter: "l/b/1" })).toEqual(keys.slice(2));
    expect(await refusal(pages({ ContinuationToken: "!!" }))).toBe("400 InvalidArgument");
  });

  test("DeleteObjects reports each key; a missing one counts as deleted", async () => {
    await put("d1", "x");
    const { Deleted, Errors } = await s3.client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "d1" }, { Key: "d<&>2" }] } }),
    );
    expect(Deleted?.map(({ Key }) => Key)).toEqual(["d1", "d<&>2"]);
    expect(Errors).toBe(undefined);
    expect(await refusal(read("d1"))).toBe("404 NoSuchKey");
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: "d1" }));
  });
});

test("tags", async () => {
  await put("tagged", "x", { Tagging: "a=1&b=two%20words" });
  const tags = async () =>
    (await s3.client.send(new GetObjectTaggingCommand({ Bucket, Key: "tagged" }))).TagSet;
  expect(await tags()).toEqual([
    { Key: "a", Value: "1" },
    { Key: "b", Value: "two words" },
  ]);
  const setTags = (TagSet: { Key: string; Value: string }[]) =>
    s3.client.send(new PutObjectTaggingCommand({ Bucket, Key: "tagged", Tagging: { TagSet } }));
  await setTags([{ Key: "c<>", Value: "3" }]);
  expect(await tags()).toEqual([{ Key: "c<>", Value: "3" }]);
  expect(await refusal(setTags([{ Key: "", Value: "" }]))).toBe("400 InvalidTag");
  await s3.client.send(new DeleteObjectTaggingCommand({ Bucket, Key: "tagged" }));
  expect(await tags()).toEqual([]);
  expect((await read("tagged")).toString()).toBe("x");
});

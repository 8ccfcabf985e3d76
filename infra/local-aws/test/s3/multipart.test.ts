import { randomBytes } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  GetObjectAttributesCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Bucket,
  etag,
  first,
  md5,
  partBytes,
  second,
  sorted,
  third,
  type Upload,
  uploadsOn,
} from "./multipart-uploads.ts";
import { refusal, type S3UnderTest, startS3UnderTest } from "./s3-under-test.ts";

let s3: S3UnderTest;
beforeAll(async () => {
  s3 = await startS3UnderTest();
});
afterAll(() => s3.stop());
const { open, upload, complete, read } = uploadsOn(() => s3);

test("parts in any order, in parallel, one again, become one object", async () => {
  const to = await open("whole", { ContentType: "application/octet-stream", Metadata: { m: "1" } });
  await upload(to, 7, randomBytes(5000));
  await Promise.all([upload(to, 9, third), upload(to, 7, second), upload(to, 2, first)]);
  expect(await refusal(read("whole"))).toBe("404 NoSuchKey");

  const { Parts } = await s3.client.send(new ListPartsCommand(to));
  expect(Parts?.map(({ PartNumber, Size, ETag }) => [PartNumber, Size, ETag])).toEqual([
    [2, first.length, etag(first)],
    [7, second.length, etag(second)],
    [9, third.length, etag(third)],
  ]);

  const { ETag } = await complete(to, sorted({ 2: first, 7: second, 9: third }));
  const parts = Buffer.concat([md5(first), md5(second), md5(third)]);
  expect(ETag).toBe(`"${md5(parts).toString("hex")}-3"`);
  const whole = Buffer.concat([first, second, third]);
  expect((await read("whole")).equals(whole)).toBe(true);
  const across = await read("whole", { Range: `bytes=${partBytes - 10}-${2 * partBytes + 10}` });
  expect(across.equals(whole.subarray(partBytes - 10, 2 * partBytes + 11))).toBe(true);
  expect((await read("whole", { PartNumber: 2 })).equals(second)).toBe(true);
  expect(await refusal(read("whole", { PartNumber: 4 }))).toBe("416 InvalidPartNumber");
  const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: "whole", PartNumber: 1 }));
  expect(head).toMatchObject({ PartsCount: 3, ContentLength: first.length, Metadata: { m: "1" } });
  const attributes = await s3.client.send(
    new GetObjectAttributesCommand({
      Bucket,
      Key: "whole",
      ObjectAttributes: ["ETag", "ObjectParts", "ObjectSize"],
    }),
  );
  expect(attributes).toMatchObject({ ObjectSize: whole.length, ObjectParts: { TotalPartsCount: 3 } });

  expect(await refusal(complete(to, sorted({ 2: first })))).toBe("404 NoSuchUpload");
  expect(await refusal(upload(to, 1, third))).toBe("404 NoSuchUpload");

  const copied = await s3.client.send(
    new CopyObjectCommand({ Bucket, Key: "whole-copy", CopySource: `${Bucket}/whole` }),
  );
  expect(copied.CopyObjectResult?.ETag).toBe(etag(whole));
});

describe("Complete refuses", () => {
  let to: Upload;
  beforeAll(async () => {
    to = await open("refused");
    await upload(to, 1, first);
    await upload(to, 2, third);
    await upload(to, 3, third);
  });

  test.each([
    ["a wrong ETag", [[1, etag(second)]], "400 InvalidPart"],
    [
      "a part that is not there",
      [
        [1, etag(first)],
        [4, etag(third)],
      ],
      "400 InvalidPart",
    ],
    [
      "parts out of order",
      [
        [2, etag(third)],
        [1, etag(first)],
      ],
      "400 InvalidPartOrder",
    ],
    [
      "a part named twice",
      [
        [1, etag(first)],
        [1, etag(first)],
      ],
      "400 InvalidPartOrder",
    ],
    [
      "a small part before the last",
      [
        [1, etag(first)],
        [2, etag(third)],
        [3, etag(third)],
      ],
      "400 EntityTooSmall",
    ],
    ["an empty list", [], "400 MalformedXML"],
  ] as [string, [number, string][], string][])("%s", async (_, parts, refused) => {
    expect(await refusal(complete(to, parts))).toBe(refused);
  });

  test("another key, an unknown upload, another size", async () => {
    const parts = sorted({ 1: first });
    expect(await refusal(complete({ ...to, Key: "other" }, parts))).toBe("404 NoSuchUpload");
    expect(await refusal(complete({ ...to, UploadId: "../x" }, parts))).toBe("404 NoSuchUpload");
    expect(await refusal(complete(to, parts, { MpuObjectSize: 5 }))).toBe("400 InvalidRequest");
  });

  test("to overwrite under If-None-Match, and leaves the upload open", async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: "refused", Body: "first" }));
    const parts = sorted({ 1: first });
    expect(await refusal(complete(to, parts, { IfNoneMatch: "*" }))).toBe("412 PreconditionFailed");
    expect((await read("refused")).toString()).toBe("first");
    await complete(to, parts);
    expect((await read("refused")).equals(first)).toBe(true);
  });
});

test("part numbers run from 1 to 10000", async () => {
  const to = await open("numbers");
  await upload(to, 10_000, third);
  expect(await refusal(upload(to, 10_001, third))).toBe("400 InvalidArgument");
  expect(await refusal(upload(to, 0, third))).toBe("400 InvalidArgument");
});

test("of Completes and Aborts at once, one is done and the others find the upload gone", async () => {
  const to = await open("raced");
  await upload(to, 1, third);
  const parts = sorted({ 1: third });
  const ends = await Promise.all([
    refusal(complete(to, parts)),
    refusal(complete(to, parts)),
    refusal(s3.client.send(new AbortMultipartUploadCommand(to))),
  ]);
  expect(ends.filter((one) => one === "accepted")).toHaveLength(1);
  expect(ends.filter((one) => one === "404 NoSuchUpload")).toHaveLength(2);
});

test("an aborted upload is gone", async () => {
  const to = await open("aborted");
  await upload(to, 1, third);
  await s3.client.send(new AbortMultipartUploadCommand(to));
  expect(await refusal(s3.client.send(new ListPartsCommand(to)))).toBe("404 NoSuchUpload");
  expect(await refusal(s3.client.send(new AbortMultipartUploadCommand(to)))).toBe("404 NoSuchUpload");
});

test("ListParts and ListMultipartUploads page", async () => {
  const uploads = [await open("page/a"), await open("page/b"), await open("page/b"), await open("page/c")];
  for (const PartNumber of [3, 1, 2]) await upload(uploads[0] as Upload, PartNumber, third);

  const numbers: (number | undefined)[] = [];
  let PartNumberMarker: string | undefined;
  do {
    const page = await s3.client.send(
      new ListPartsCommand({ ...(uploads[0] as Upload), MaxParts: 2, PartNumberMarker }),
    );
    numbers.push(...(page.Parts ?? []).map(({ PartNumber }) => PartNumber));
    PartNumberMarker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (PartNumberMarker !== undefined);
  expect(numbers).toEqual([1, 2, 3]);

  const seen: string[] = [];
  let markers: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
  while (markers !== undefined) {
    const page: Awaited<ReturnType<typeof list>> = await list(markers);
    seen.push(...(page.Uploads ?? []).map(({ Key, UploadId }) => `${Key} ${UploadId}`));
    const { IsTruncated, NextKeyMarker = "", NextUploadIdMarker = "" } = page;
    markers = IsTruncated ? { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker } : undefined;
  }
  expect(seen).toHaveLength(4);
  expect(new Set(seen)).toEqual(new Set(uploads.map(({ Key, UploadId }) => `${Key} ${UploadId}`)));

  function list(markers: object) {
    return s3.client.send(
      new ListMultipartUploadsCommand({ Bucket, Prefix: "page/", MaxUploads: 1, ...markers }),
    );
  }
});

test("UploadPartCopy takes a range of another object", async () => {
  await s3.client.send(new PutObjectCommand({ Bucket: "cache", Key: "range source", Body: first }));
  const to = await open("part-copy");
  const copy = (more: object) =>
    s3.client.send(
      new UploadPartCopyCommand({ ...to, PartNumber: 1, CopySource: "cache/range%20source", ...more }),
    );
  const { CopyPartResult } = await copy({ CopySourceRange: "bytes=100-1099" });
  expect(CopyPartResult?.ETag).toBe(etag(first.subarray(100, 1100)));
  expect(await refusal(copy({ CopySourceRange: `bytes=0-${first.length}` }))).toBe("400 InvalidArgument");
  await complete(to, sorted({ 1: first.subarray(100, 1100) }));
  expect((await read("part-copy")).equals(first.subarray(100, 1100))).toBe(true);
});

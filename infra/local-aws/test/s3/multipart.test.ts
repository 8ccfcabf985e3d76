import { createHash, randomBytes } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusal, type S3UnderTest, startS3UnderTest } from "./s3-under-test.ts";

let s3: S3UnderTest;
beforeAll(async () => {
  s3 = await startS3UnderTest();
});
afterAll(() => s3.stop());

const Bucket = "images";
const partBytes = 5 * 1024 * 1024;
const first = randomBytes(partBytes);
const second = randomBytes(partBytes + 1);
const third = randomBytes(1000);
const md5 = (data: Buffer) => createHash("md5").update(data).digest();
const etag = (data: Buffer) => `"${md5(data).toString("hex")}"`;

async function open(Key: string, more = {}): Promise<{ Bucket: string; Key: string; UploadId: string }> {
  const { UploadId = "" } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return { Bucket, Key, UploadId };
}
type Upload = Awaited<ReturnType<typeof open>>;
const upload = (to: Upload, PartNumber: number, Body: Buffer, more = {}) =>
  s3.client.send(new UploadPartCommand({ ...to, PartNumber, Body, ...more }));
const complete = (of: Upload, parts: readonly (readonly [number, string])[], more = {}) =>
  s3.client.send(
    new CompleteMultipartUploadCommand({
      ...of,
      MultipartUpload: { Parts: parts.map(([PartNumber, ETag]) => ({ PartNumber, ETag })) },
      ...more,
    }),
  );
const read = async (Key: string, more = {}) => {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const sorted = (parts: Record<number, Buffer>) =>
  Object.entries(parts).map(([number, data]) => [Number(number), etag(data)] as const);

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

describe("checksums of an upload", () => {
  const sha256 = (data: Buffer) => createHash("sha256").update(data).digest();

  test("SHA256 is composite, wanted with each part and again at Complete", async () => {
    const to = await open("sha256", { ChecksumAlgorithm: "SHA256" });
    expect(await refusal(upload(to, 1, first))).toBe("400 InvalidRequest");
    const wrong = sha256(second).toString("base64");
    expect(await refusal(upload(to, 1, first, { ChecksumSHA256: wrong }))).toBe("400 BadDigest");
    const sums = [first, third].map((data) => sha256(data).toString("base64"));
    await upload(to, 1, first, { ChecksumSHA256: sums[0] });
    await upload(to, 2, third, { ChecksumAlgorithm: "SHA256" });
    expect(await refusal(complete(to, sorted({ 1: first, 2: third })))).toBe("400 InvalidRequest");
    const Parts = [first, third].map((data, index) => ({
      PartNumber: index + 1,
      ETag: etag(data),
      ChecksumSHA256: sums[index],
    }));
    const { ChecksumSHA256, ChecksumType } = await s3.client.send(
      new CompleteMultipartUploadCommand({ ...to, MultipartUpload: { Parts } }),
    );
    const expected = `${sha256(Buffer.concat([sha256(first), sha256(third)])).toString("base64")}-2`;
    expect({ ChecksumSHA256, ChecksumType }).toEqual({ ChecksumSHA256: expected, ChecksumType: "COMPOSITE" });
    const attributes = await s3.client.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: "sha256",
        ObjectAttributes: ["Checksum", "ObjectParts"],
      }),
    );
    expect(attributes.Checksum?.ChecksumSHA256).toBe(expected);
    expect(attributes.ObjectParts?.Parts?.map(({ ChecksumSHA256: sum }) => sum)).toEqual(sums);
  });

  test.each(["CRC32", "CRC32C", "CRC64NVME"] as const)(
    "a full-object %s out of the parts is that of the same bytes put at once",
    async (ChecksumAlgorithm) => {
      const to = await open(ChecksumAlgorithm, { ChecksumAlgorithm, ChecksumType: "FULL_OBJECT" });
      await upload(to, 1, first, { ChecksumAlgorithm });
      await upload(to, 2, second);
      await upload(to, 3, third, { ChecksumAlgorithm });
      const name = `Checksum${ChecksumAlgorithm}` as const;
      const single = await s3.client.send(
        new PutObjectCommand({
          Bucket,
          Key: "single",
          Body: Buffer.concat([first, second, third]),
          ChecksumAlgorithm,
        }),
      );
      const parts = sorted({ 1: first, 2: second, 3: third });
      const wrong = complete(to, parts, {
        [name]: single[name]?.replace(/^./, (c) => (c === "A" ? "B" : "A")),
      });
      expect(await refusal(wrong)).toBe("400 BadDigest");
      const whole = await complete(to, parts, { [name]: single[name] });
      expect(whole[name]).toBe(single[name]);
      const head = await s3.client.send(
        new HeadObjectCommand({ Bucket, Key: ChecksumAlgorithm, ChecksumMode: "ENABLED" }),
      );
      expect(head).toMatchObject({ [name]: single[name], ChecksumType: "FULL_OBJECT" });
    },
  );

  test("what does not fit is refused", async () => {
    expect(await refusal(open("x", { ChecksumAlgorithm: "SHA256", ChecksumType: "FULL_OBJECT" }))).toBe(
      "400 InvalidRequest",
    );
    expect(await refusal(open("x", { ChecksumAlgorithm: "CRC64NVME", ChecksumType: "COMPOSITE" }))).toBe(
      "400 InvalidRequest",
    );
    expect(await refusal(upload(await open("x"), 1, third, { ChecksumAlgorithm: "SHA1" }))).toBe(
      "400 InvalidRequest",
    );
  });

  test("a client with the SDK's defaults must name its CRC32 at the start", async () => {
    const client = s3.clientWith({});
    const unnamed = await open("defaults");
    const refused = client.send(new UploadPartCommand({ ...unnamed, PartNumber: 1, Body: third }));
    expect(await refusal(refused)).toBe("400 InvalidRequest");
    const to = await open("defaults", { ChecksumAlgorithm: "CRC32" });
    const part = await client.send(new UploadPartCommand({ ...to, PartNumber: 1, Body: third }));
    await client.send(
      new CompleteMultipartUploadCommand({
        ...to,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 }] },
      }),
    );
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "defaults" }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(third)).toBe(true);
  });
});

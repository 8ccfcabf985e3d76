import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BucketOptions } from "../../emulators/s3/options.ts";
import { refusal, type S3UnderTest, startS3UnderTest } from "./s3-under-test.ts";

const DAY = 86_400_000;
const Bucket = "images";
const versioned = [
  { name: Bucket, isVersioned: true, noncurrentVersionDays: 7, removesExpiredMarkers: true },
];
let s3: S3UnderTest;
beforeEach(async () => {
  s3 = await startS3UnderTest({ buckets: versioned });
});
afterEach(() => s3.stop());

/** What the lifecycle rules do so many days from now. */
async function pass(days: number, buckets: readonly BucketOptions[] = versioned) {
  await s3.restart({ buckets, clock: () => Date.now() + days * DAY });
  await s3.restart({ buckets, clock: Date.now });
}
const put = (Key: string, Body: string) =>
  s3.client.send(new PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: "*" }));
const remove = (Key: string, VersionId?: string) =>
  s3.client.send(new DeleteObjectCommand({ Bucket, Key, ...(VersionId && { VersionId }) }));
const read = async (Key: string) =>
  (await s3.client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
const head = (Key: string) => refusal(s3.client.send(new HeadObjectCommand({ Bucket, Key })));
const versions = async (Prefix = "") => {
  const { Versions = [], DeleteMarkers = [] } = await s3.client.send(
    new ListObjectVersionsCommand({ Bucket, Prefix }),
  );
  return { Versions, DeleteMarkers };
};
const counts = async () => {
  const { Versions, DeleteMarkers } = await versions();
  return [Versions.length, DeleteMarkers.length];
};

describe("a versioned bucket", () => {
  it("keeps what a shorter rule is for, by the prefix of its keys, no longer than that says", async () => {
    for (const key of ["cache/a", "a"]) {
      await put(key, "data");
      await remove(key);
    }
    const rules = [
      { ...versioned[0], name: Bucket, noncurrentVersionDaysBelow: [{ prefix: "cache/", days: 1 }] },
    ];
    await pass(2, rules);
    expect((await versions()).Versions.map(({ Key }) => Key)).toEqual(["a"]);
    await pass(8, rules);
    expect(await counts()).toEqual([0, 0]);
  });

  it("puts a marker over what is deleted, which is gone to readers and back when the marker is removed", async () => {
    const { VersionId } = await put("a", "data");
    expect(VersionId).toMatch(/^\S{20,}$/);
    await put("ab", "other");
    const marker = await remove("a");
    expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
    expect(await refusal(read("a"))).toBe("404 NoSuchKey");
    expect(await head("a")).toBe("404 NotFound");
    const listed = await s3.client.send(new ListObjectsV2Command({ Bucket }));
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(["ab"]);
    expect(await versions("a")).toMatchObject({
      Versions: [
        { Key: "a", VersionId, IsLatest: false, Size: 4 },
        { Key: "ab", IsLatest: true },
      ],
      DeleteMarkers: [{ Key: "a", VersionId: marker.VersionId, IsLatest: true }],
    });
    await remove("a", marker.VersionId);
    expect(await read("a")).toBe("data");
    expect((await versions("a")).Versions[0]).toMatchObject({ Key: "a", IsLatest: true });
  });

  it("makes a marker for every deletion, even of nothing, and all have to go before the object is back", async () => {
    await put("a", "data");
    await remove("a");
    await remove("a");
    await remove("nothing");
    expect(await counts()).toEqual([1, 3]);
    const [top, below] = (await versions("a")).DeleteMarkers;
    await remove("a", top?.VersionId);
    expect(await refusal(read("a"))).toBe("404 NoSuchKey");
    await remove("a", below?.VersionId);
    expect(await read("a")).toBe("data");
  });

  it("takes a new object where only a marker stands, and keeps the one below", async () => {
    await put("a", "first");
    expect(await refusal(put("a", "second"))).toBe("412 PreconditionFailed");
    await remove("a");
    await put("a", "second");
    expect(await read("a")).toBe("second");
    expect((await versions()).Versions.map(({ Size }) => Size)).toEqual([6, 5]);
  });

  it("removes a version for good when it is named", async () => {
    const { VersionId = "" } = await put("a", "data");
    await remove("a", VersionId);
    await remove("a", VersionId);
    expect(await counts()).toEqual([0, 0]);
    expect(await head("a")).toBe("404 NotFound");
  });

  it("brings back an object of several parts, also after a restart", async () => {
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key: "m" }));
    const part = { Bucket, Key: "m", UploadId, PartNumber: 1 };
    const { ETag } = await s3.client.send(new UploadPartCommand({ ...part, Body: "part" }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3.client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key: "m", UploadId, MultipartUpload, IfNoneMatch: "*" }),
    );
    const { VersionId } = await remove("m");
    await s3.restart();
    expect(await head("m")).toBe("404 NotFound");
    expect(await counts()).toEqual([1, 1]);
    await remove("m", VersionId);
    await s3.restart();
    expect(await read("m")).toBe("part");
  });

  it("lists page by page", async () => {
    for (const key of ["a", "b", "c"]) {
      await put(key, key);
      await remove(key);
    }
    const seen: string[] = [];
    let page: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
    while (page) {
      const answer: ListObjectVersionsCommandOutput = await s3.client.send(
        new ListObjectVersionsCommand({ Bucket, MaxKeys: 1, ...page }),
      );
      seen.push(...(answer.DeleteMarkers ?? []).map(({ Key }) => `-${Key}`));
      seen.push(...(answer.Versions ?? []).map(({ Key }) => `${Key}`));
      const { NextKeyMarker = "", NextVersionIdMarker = "" } = answer;
      page = answer.IsTruncated
        ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker }
        : undefined;
    }
    expect(seen).toEqual(["-a", "a", "-b", "b", "-c", "c"]);
  });

  it("drops noncurrent versions by the age since they became so, then the markers that are left", async () => {
    await put("old", "x");
    await put("kept", "x");
    await remove("old");
    await pass(6.9);
    expect(await counts()).toEqual([2, 1]);
    await pass(7.1);
    expect(await counts()).toEqual([1, 0]);
    expect(await read("kept")).toBe("x");
  });

  it("asks for rights of their own to list and to remove versions", async () => {
    const { VersionId } = await put("a", "x");
    await remove("a", VersionId);
    await versions();
    expect(s3.calls.slice(-2).map(({ operation, actions }) => [operation, actions])).toEqual([
      ["DeleteObject", ["s3:DeleteObjectVersion"]],
      ["ListObjectVersions", ["s3:ListBucketVersions"]],
    ]);
  });
});

describe("a bucket whose versioning was switched off", () => {
  it("keeps what it has until it expires, and deletes for good what comes later", async () => {
    await put("before", "x");
    await remove("before");
    await put("there", "x");
    const off = [{ name: Bucket, noncurrentVersionDays: 1, removesExpiredMarkers: true }];
    await s3.restart({ buckets: off });
    await put("after", "x");
    await remove("after");
    await remove("there");
    expect(await head("there")).toBe("404 NotFound");
    const { Versions, DeleteMarkers } = await versions();
    expect(Versions.map(({ Key }) => Key)).toEqual(["before", "there"]);
    expect(DeleteMarkers.find(({ Key }) => Key === "there")?.VersionId).toBe("null");
    await pass(1.1, off);
    expect(await counts()).toEqual([0, 0]);
  });
});

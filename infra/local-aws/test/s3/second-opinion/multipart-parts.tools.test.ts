import { DeleteObjectCommand, ListMultipartUploadsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { refusal } from "../s3-under-test.ts";
import { page } from "./aws-pages.ts";
import { both, large, md5, on, small, whole } from "./multipart-upload.ts";
import { type Case, compare } from "./sides.ts";

const ends: readonly Case[] = [
  [
    "Abort after Complete",
    on({ 1: small }, async ({ abort, complete, head }) => {
      await complete([[1, md5(small)]]);
      return `${await refusal(abort())} ${(await head()).ContentLength}`;
    }),
    `404 NoSuchUpload ${small.length}`,
  ],
  [
    "a second Abort",
    on({ 1: small }, async ({ abort }) => {
      await abort();
      return refusal(abort());
    }),
    "404 NoSuchUpload",
  ],
  [
    "a part after Abort",
    on({}, async ({ abort, part }) => {
      await abort();
      return refusal(part(1, small));
    }),
    "404 NoSuchUpload",
  ],
  [
    "a part after Complete",
    on({ 1: small }, async ({ complete, part }) => {
      await complete([[1, md5(small)]]);
      return refusal(part(1, small));
    }),
    "404 NoSuchUpload",
  ],
  [
    "the parts after Abort",
    on({ 1: small }, async ({ abort, parts }) => {
      await abort();
      return refusal(parts());
    }),
    "404 NoSuchUpload",
    "404 NoSuchKey",
    page.listParts,
  ],
  [
    "an object stays as it was until Complete",
    on({ 1: small }, async ({ read, complete, upload }, { client }) => {
      await client.send(new PutObjectCommand({ Bucket: upload.Bucket, Key: upload.Key, Body: "first" }));
      const before = await read();
      await complete([[1, md5(small)]]);
      return `${before} ${await read()}`;
    }),
    `first ${small}`,
  ],
  [
    "an upload outlives the deletion of its key's object",
    on({ 1: small }, async ({ complete, upload }, { client }) => {
      await client.send(new DeleteObjectCommand({ Bucket: upload.Bucket, Key: upload.Key }));
      return refusal(complete([[1, md5(small)]]));
    }),
    "accepted",
  ],
];

const partsOfOne: readonly Case[] = [
  [
    "part number 0",
    on({}, ({ part }) => refusal(part(0, small))),
    "400 InvalidArgument",
    "accepted",
    page.uploadPart,
  ],
  [
    "part number 10001",
    on({}, ({ part }) => refusal(part(10_001, small))),
    "400 InvalidArgument",
    "accepted",
    page.uploadPart,
  ],
  [
    "a part with the wrong Content-MD5",
    on({}, ({ part }) =>
      refusal(part(1, small, { ContentMD5: Buffer.from(md5(large), "hex").toString("base64") })),
    ),
    "400 BadDigest",
  ],
  [
    "the parts in pages",
    on({ 3: small, 1: small, 2: small, 12: small, 9: small }, async ({ parts }) => {
      const pages: string[] = [];
      let PartNumberMarker: string | undefined;
      do {
        const page = await parts({ MaxParts: 2, PartNumberMarker });
        pages.push((page.Parts ?? []).map(({ PartNumber }) => PartNumber).join(","));
        PartNumberMarker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
      } while (PartNumberMarker !== undefined && pages.length < 9);
      return pages.join(" ");
    }),
    "1,2 3,9 12",
  ],
  [
    "the parts after the last",
    on({ 1: small }, async ({ parts }) => {
      const { Parts, IsTruncated } = await parts({ PartNumberMarker: "5" });
      return `${Parts?.length ?? 0} ${IsTruncated}`;
    }),
    "0 false",
  ],
  [
    "a part listed with its size and ETag",
    on({ 2: small }, async ({ parts }) =>
      JSON.stringify((await parts()).Parts?.map(({ PartNumber, Size, ETag }) => [PartNumber, Size, ETag])),
    ),
    JSON.stringify([[2, small.length, `"${md5(small)}"`]]),
  ],
  [
    "one part of the object",
    on(both, async ({ complete, read }) => {
      await complete(whole);
      return (await read({ PartNumber: 2 })).length;
    }),
    String(small.length),
    String(large.length + small.length),
    page.getObject,
  ],
  [
    "a range across parts",
    on(both, async ({ complete, read }) => {
      await complete(whole);
      return read({ Range: `bytes=${large.length - 2}-${large.length + 2}` });
    }),
    "aathe",
  ],
  [
    "uploads listed by key",
    on({}, async ({ upload, abort }, { client, bucket }) => {
      const { Uploads } = await client.send(
        new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: upload.Key }),
      );
      await abort();
      return Uploads?.map(({ Key, UploadId }) => `${Key === upload.Key} ${UploadId === upload.UploadId}`);
    }),
    "true true",
  ],
];

const source = "copied from";
const copied = (range: string | undefined, from = source) =>
  on({}, async ({ copy, complete, read, upload }, { client }) => {
    await client.send(new PutObjectCommand({ Bucket: upload.Bucket, Key: source, Body: "0123456789" }));
    const refused = await refusal(
      copy(1, `${upload.Bucket}/${encodeURIComponent(from)}`, range).then(async ({ CopyPartResult }) =>
        complete([[1, CopyPartResult?.ETag ?? ""]]),
      ),
    );
    return refused === "accepted" ? read() : refused;
  });
const copies: readonly Case[] = [
  ["a copied part, whole", copied(undefined), "0123456789"],
  ["a copied range", copied("bytes=2-4"), "234"],
  ["a copied last byte", copied("bytes=9-9"), "9"],
  [
    "a copied range beyond the end",
    copied("bytes=8-10"),
    "400 InvalidArgument",
    "416 InvalidRange",
    page.uploadPartCopy,
  ],
  [
    "a copied range after the end",
    copied("bytes=10-12"),
    "400 InvalidArgument",
    "416 InvalidRange",
    page.uploadPartCopy,
  ],
  [
    "a copied range without an end",
    copied("bytes=8-"),
    "400 InvalidArgument",
    "416 InvalidRange",
    page.uploadPartCopy,
  ],
  [
    "a copied range turned round",
    copied("bytes=4-2"),
    "400 InvalidArgument",
    "416 InvalidRange",
    page.uploadPartCopy,
  ],
  ["a copied part of no object", copied(undefined, "absent"), "404 NoSuchKey"],
];

compare([...ends, ...partsOfOne, ...copies]);

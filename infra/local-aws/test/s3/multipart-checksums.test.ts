import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Bucket, etag, first, second, sorted, third, uploadsOn } from "./multipart-uploads.ts";
import { refusal, type S3UnderTest, startS3UnderTest } from "./s3-under-test.ts";

let s3: S3UnderTest;
beforeAll(async () => {
  s3 = await startS3UnderTest();
});
afterAll(() => s3.stop());
const { open, upload, complete } = uploadsOn(() => s3);

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

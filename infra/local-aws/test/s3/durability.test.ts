import { randomBytes } from "node:crypto";
import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { partName } from "../../emulators/s3/store/part-name.ts";
import { recordName } from "../../emulators/s3/store/record-name.ts";
import { refusal, type S3UnderTest, startS3UnderTest } from "./s3-under-test.ts";

let s3: S3UnderTest;
let now = Date.now();
beforeEach(async () => {
  now = Date.now();
  s3 = await startS3UnderTest({ clock: () => now });
});
afterEach(() => s3.stop());

const Bucket = "images";
const part = randomBytes(5 * 1024 * 1024);
const folder = (name: string) => join(s3.directory, Bucket, name);
const files = async (name: string) => (await readdir(folder(name))).sort();
const read = async (Key: string) => {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const put = (Key: string, Body: string | Buffer) =>
  s3.client.send(new PutObjectCommand({ Bucket, Key, Body }));
async function openUpload(Key: string) {
  const { UploadId = "" } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const to = { Bucket, Key, UploadId };
  const upload = (PartNumber: number, Body: Buffer) =>
    s3.client.send(new UploadPartCommand({ ...to, PartNumber, Body }));
  return { to, upload };
}

test("objects, uploads and parts are there after a restart", async () => {
  await s3.client.send(
    new PutObjectCommand({
      Bucket,
      Key: "k/é",
      Body: "old",
      Metadata: { m: "1" },
      Tagging: "a=b",
      ContentType: "x/y",
    }),
  );
  const { to, upload } = await openUpload("up");
  await upload(1, randomBytes(10));
  const one = await upload(1, part);
  const two = await upload(2, part.subarray(0, 100));
  await s3.restart();
  expect((await read("k/é")).toString()).toBe("old");
  const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: "k/é" }));
  expect(head).toMatchObject({ Metadata: { m: "1" }, ContentType: "x/y", TagCount: 1 });
  const { Parts } = await s3.client.send(new ListPartsCommand(to));
  expect(Parts?.map(({ Size }) => Size)).toEqual([part.length, 100]);
  await s3.client.send(
    new CompleteMultipartUploadCommand({
      ...to,
      MultipartUpload: { Parts: [one, two].map(({ ETag }, index) => ({ PartNumber: index + 1, ETag })) },
    }),
  );
  await s3.restart();
  expect((await read("up")).equals(Buffer.concat([part, part.subarray(0, 100)]))).toBe(true);
  expect(await files("uploads")).toEqual([]);
});

test("overwriting, deleting and replacing parts leave no file behind", async () => {
  await put("k", "one");
  await put("k", "two");
  expect(await files("data")).toHaveLength(1);
  const { upload } = await openUpload("up");
  await upload(1, part);
  await upload(1, part.subarray(1));
  expect(await files("data")).toHaveLength(2);
  await s3.client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  expect(await files("data")).toHaveLength(1);
  expect(await files("incoming")).toEqual([]);
});

test("what a crash leaves is cleared away at the next start", async () => {
  await put("kept", "kept");
  const { to, upload } = await openUpload("up");
  await upload(1, part);
  const before = await files("data");
  const leftover = { number: 1, bytes: 4, md5: "0".repeat(32), modifiedAt: 1 };
  await writeFile(join(folder("incoming"), "half-received"), "half");
  await writeFile(join(folder("data"), "no-record-names-this"), "orphan");
  await writeFile(join(folder("data"), partName("unknown-upload", 1, leftover)), "part");
  // A part whose bytes did not all reach the disk before a power cut.
  await writeFile(join(folder("data"), partName(to.UploadId, 99, { ...leftover, number: 2 })), "p");
  await s3.restart();
  expect(await files("data")).toEqual(before);
  expect(await files("incoming")).toEqual([]);
  expect((await read("kept")).toString()).toBe("kept");
});

test("of a part uploaded twice, the later survives a crash between the two steps", async () => {
  const { to, upload } = await openUpload("up");
  const { ETag } = await upload(1, part);
  const older = { number: 1, bytes: 4, md5: "0".repeat(32), modifiedAt: 1 };
  await writeFile(join(folder("data"), partName(to.UploadId, -1, older).replace(".-1.", ".0.")), "part");
  await s3.client.send(new UploadPartCommand({ ...to, PartNumber: 1, Body: part }));
  await s3.restart();
  const { Parts } = await s3.client.send(new ListPartsCommand(to));
  expect(Parts?.map((one) => one.ETag)).toEqual([ETag]);
});

test("an upload whose Complete was cut short after its object was written is finished", async () => {
  const { to, upload } = await openUpload("up");
  const { ETag } = await upload(1, part);
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  await s3.client.send(new CompleteMultipartUploadCommand({ ...to, MultipartUpload }));
  const record = {
    id: to.UploadId,
    key: "up",
    initiatedAt: now,
    initiator: "x",
    headers: {},
    metadata: {},
    tags: {},
  };
  await writeFile(join(folder("uploads"), `${to.UploadId}.json`), JSON.stringify(record));
  await s3.restart();
  expect(await files("uploads")).toEqual([]);
  expect((await read("up")).equals(part)).toBe(true);
});

test("an object whose file was cut off is shorter, one whose file is gone is not there", async () => {
  const { to, upload } = await openUpload("damaged");
  const parts = [1, 2].map(async (PartNumber) => ({
    PartNumber,
    ETag: (await upload(PartNumber, part)).ETag,
  }));
  await s3.client.send(
    new CompleteMultipartUploadCommand({ ...to, MultipartUpload: { Parts: await Promise.all(parts) } }),
  );
  const [file = ""] = (await files("data")).filter((name) => name.includes(".2."));
  await truncate(join(folder("data"), file), 100);
  const { ContentLength } = await s3.client.send(new HeadObjectCommand({ Bucket, Key: "damaged" }));
  expect(ContentLength).toBe(part.length + 100);
  expect((await read("damaged")).length).toBe(part.length + 100);
  const Range = `bytes=${part.length + 50}-${part.length + 200}`;
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key: "damaged", Range }));
  expect(await Body?.transformToByteArray()).toHaveLength(50);
  await rm(join(folder("data"), file));
  expect(await refusal(read("damaged"))).toBe("404 NoSuchKey");
});

test.each(["{", "", "null", "[]", "{}"])(
  "a record that is broken (%j) costs nobody else anything, and its own object no bytes",
  async (broken) => {
    await put("kept", "kept");
    await put("other", "other");
    const { to } = await openUpload("up");
    const path = join(folder("objects"), recordName("kept"));
    const whole = await readFile(path, "utf8");
    const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await writeFile(path, broken);
    await s3.restart();
    expect(said.mock.calls.join("")).toContain(`The record ${path} cannot be read`);
    said.mockRestore();
    expect(String(await read("other"))).toBe("other");
    expect(await refusal(read("kept"))).toBe("500 InternalError");
    expect(await refusal(put("kept", "new"))).toBe("500 InternalError");
    expect(await refusal(s3.client.send(new DeleteObjectCommand({ Bucket, Key: "kept" })))).toBe(
      "500 InternalError",
    );
    await s3.client.send(new AbortMultipartUploadCommand(to));
    await writeFile(path, whole);
    await s3.restart();
    expect(String(await read("kept"))).toBe("kept");
  },
);

test("bytes that a broken record may name are kept until it is given up", async () => {
  await put("kept", "kept");
  const path = join(folder("objects"), recordName("kept"));
  await writeFile(path, "{");
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  for (let restart = 0; restart < 2; restart += 1) await s3.restart();
  said.mockRestore();
  expect(await files("data")).toHaveLength(1);
  await rm(path);
  await s3.restart();
  expect(await files("data")).toEqual([]);
});

test("a client that breaks off leaves nothing behind", async () => {
  const { to } = await openUpload("up");
  const url = new URL(await getSignedUrl(s3.client, new UploadPartCommand({ ...to, PartNumber: 1 })));
  const socket = connect(Number(url.port), "127.0.0.1");
  socket.write(
    `PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: 1000000\r\n\r\n${"x".repeat(200_000)}`,
  );
  await vi.waitFor(async () => expect(await files("incoming")).toHaveLength(1));
  socket.destroy();
  await vi.waitFor(async () => expect(await files("incoming")).toEqual([]));
  expect(await files("data")).toEqual([]);
  await vi.waitFor(() =>
    expect(s3.calls.at(-1)).toMatchObject({ operation: "UploadPart", status: 400, error: "RequestTimeout" }),
  );
});

test("uploads older than the lifecycle rule are aborted at the start", async () => {
  const { upload } = await openUpload("old");
  await upload(1, part);
  const systemClockOffset = 3 * 24 * 3600 * 1000;
  now += systemClockOffset;
  await s3.clientWith({ systemClockOffset }).send(new CreateMultipartUploadCommand({ Bucket, Key: "young" }));
  await s3.restart({ buckets: [{ name: Bucket, abortIncompleteMultipartDays: 2 }] });
  const later = s3.clientWith({ systemClockOffset });
  const { Uploads } = await later.send(new ListMultipartUploadsCommand({ Bucket }));
  expect(Uploads?.map(({ Key }) => Key)).toEqual(["young"]);
  expect(await files("data")).toEqual([]);
});

test("a bucket not in the options is not served, and a name that is no folder's is refused", async () => {
  await s3.restart({ buckets: [{ name: "cache" }] });
  expect(await refusal(put("k", "x"))).toBe("404 NoSuchBucket");
  await expect(s3.restart({ buckets: [{ name: "../up" }] })).rejects.toThrow("no bucket name");
  await s3.restart();
});

import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createJudge } from "../../iam/judge.ts";
import type { Judge, Statement } from "../../iam/principal.ts";
import { limited } from "./principals-under-test.ts";
import { outcome, refusal, type S3UnderTest, startS3UnderTest } from "./s3-under-test.ts";

let s3: S3UnderTest;
let client: S3Client;
beforeAll(async () => {
  s3 = await startS3UnderTest();
  client = s3.clientWith({ credentials: limited, requestChecksumCalculation: "WHEN_REQUIRED" });
  await s3.client.send(new PutObjectCommand({ Bucket: "images", Key: "there", Body: "x" }));
});
beforeEach(() => s3.limitedTo.clear());
afterAll(() => s3.stop());

const Bucket = "images";
const allow = (...allowed: string[]) => {
  for (const one of allowed) s3.limitedTo.add(one);
};
const actionsOf = () => s3.calls.at(-1)?.actions;

test("what no policy allows is AccessDenied, and says so in the call log", async () => {
  expect(await refusal(client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" })))).toBe(
    "403 AccessDenied",
  );
  expect(s3.calls.at(-1)).toMatchObject({
    principal: "limited",
    service: "s3",
    operation: "PutObject",
    actions: ["s3:PutObject"],
    status: 403,
    error: "AccessDenied",
  });
  allow("s3:PutObject arn:aws:s3:::images/k");
  expect(await refusal(client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" })))).toBe("accepted");
  expect(s3.calls.at(-1)).toMatchObject({ status: 200, actions: ["s3:PutObject"] });
  expect(s3.calls.at(-1)).not.toHaveProperty("error");
});

test("a missing key is 404 only for whoever may list the bucket", async () => {
  allow("s3:GetObject arn:aws:s3:::images/missing");
  const get = () => refusal(client.send(new GetObjectCommand({ Bucket, Key: "missing" })));
  const head = () => refusal(client.send(new HeadObjectCommand({ Bucket, Key: "missing" })));
  expect([await get(), (await head()).slice(0, 3)]).toEqual(["403 AccessDenied", "403"]);
  allow("s3:ListBucket arn:aws:s3:::images");
  expect([await get(), (await head()).slice(0, 3)]).toEqual(["404 NoSuchKey", "404"]);
});

test("an upload needs s3:PutObject throughout, and its own actions to be listed and aborted", async () => {
  allow("s3:PutObject arn:aws:s3:::images/up");
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "up" }));
  const to = { Bucket, Key: "up", UploadId };
  const { ETag } = await client.send(new UploadPartCommand({ ...to, PartNumber: 1, Body: "x" }));
  expect(await refusal(client.send(new ListPartsCommand(to)))).toBe("403 AccessDenied");
  expect(actionsOf()).toEqual(["s3:ListMultipartUploadParts"]);
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  await client.send(new CompleteMultipartUploadCommand({ ...to, MultipartUpload }));
  expect(actionsOf()).toEqual(["s3:PutObject"]);
});

test("a copy needs to read its source", async () => {
  allow("s3:PutObject arn:aws:s3:::images/copy");
  const copy = () =>
    refusal(client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: "images/there" })));
  expect(await copy()).toBe("403 AccessDenied");
  allow("s3:GetObject arn:aws:s3:::images/there");
  expect(await copy()).toBe("accepted");
  expect(actionsOf()).toEqual(["s3:PutObject", "s3:GetObject"]);
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "copy" }));
  const part = { Bucket, Key: "copy", UploadId, PartNumber: 1, CopySource: "cache/there" };
  expect(await refusal(client.send(new UploadPartCopyCommand(part)))).toBe("403 AccessDenied");
});

test("DeleteObjects is judged key by key", async () => {
  await s3.client.send(new PutObjectCommand({ Bucket, Key: "mine", Body: "x" }));
  allow("s3:DeleteObject arn:aws:s3:::images/mine");
  const { Deleted, Errors } = await client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "mine" }, { Key: "there" }] } }),
  );
  expect(Deleted?.map(({ Key }) => Key)).toEqual(["mine"]);
  expect(Errors).toMatchObject([{ Key: "there", Code: "AccessDenied" }]);
  expect(await refusal(s3.client.send(new HeadObjectCommand({ Bucket, Key: "there" })))).toBe("accepted");
});

test("a presigned URL can do what its signer can, at the time it is used", async () => {
  const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "there" }));
  expect(await outcome(await fetch(url))).toBe("403 AccessDenied");
  allow("s3:GetObject arn:aws:s3:::images/there");
  expect(await outcome(await fetch(url))).toBe("200");
});

test("a policy can tell parts from objects", async () => {
  const partsOnly: Statement = {
    ...{ Effect: "Allow", Action: "s3:*", Resource: "*" },
    Condition: { BoolIfExists: { "s3:ObjectCreationOperation": "false" } },
  };
  await s3.restart({ judge: createJudge([{ ...limited, statements: [partsOnly] }], new Map()) });
  const own = s3.clientWith({ credentials: limited, requestChecksumCalculation: "WHEN_REQUIRED" });
  const to = { Bucket, Key: "parts", UploadId: "" };
  to.UploadId = (await own.send(new CreateMultipartUploadCommand(to))).UploadId ?? "";
  const { ETag } = await own.send(new UploadPartCommand({ ...to, PartNumber: 1, Body: "x" }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  for (const refused of [
    () => own.send(new CompleteMultipartUploadCommand({ ...to, MultipartUpload })),
    () => own.send(new PutObjectCommand({ Bucket, Key: "there", Body: "y" })),
    () => own.send(new CopyObjectCommand({ Bucket, Key: "there", CopySource: "images/there" })),
  ])
    expect(await refusal(refused())).toBe("403 AccessDenied");
});

test("policies are given the condition keys of the request", async () => {
  const seen: unknown[] = [];
  const judge: Judge = {
    principalOf: (id) => (id === limited.accessKeyId ? limited : undefined),
    allows: (_principal, action, _resource, context) => seen.push([action, context]) > 0,
  };
  await s3.restart({ judge });
  const own = s3.clientWith({ credentials: limited });
  await own.send(new ListObjectsV2Command({ Bucket, Prefix: "p/", Delimiter: "/" }));
  const url = await getSignedUrl(own, new GetObjectCommand({ Bucket, Key: "there" }));
  await (await fetch(url)).arrayBuffer();
  const always = { "aws:SecureTransport": ["true"], "s3:signatureversion": ["AWS4-HMAC-SHA256"] };
  expect(seen).toEqual([
    [
      "s3:ListBucket",
      { ...always, "s3:authType": ["REST-HEADER"], "s3:prefix": ["p/"], "s3:delimiter": ["/"] },
    ],
    ["s3:GetObject", { ...always, "s3:authType": ["REST-QUERY-STRING"] }],
  ]);
});

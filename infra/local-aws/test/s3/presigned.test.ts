import { createHash } from "node:crypto";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operator } from "./principals-under-test.ts";
import { outcome, type S3UnderTest, startS3UnderTest } from "./s3-under-test.ts";

let s3: S3UnderTest;
let now = Date.now();
beforeAll(async () => {
  s3 = await startS3UnderTest({ clock: () => now });
});
afterAll(() => s3.stop());

const Bucket = "images";
const putUrl = (more: object = {}, options: object = {}, client: S3Client = s3.client) =>
  getSignedUrl(client, new PutObjectCommand({ Bucket, Key: "url", ...more }), { expiresIn: 600, ...options });
const put = async (url: string, body: string, headers: Record<string, string> = {}) =>
  outcome(await fetch(url, { method: "PUT", body, headers }));
const md5 = (text: string) => createHash("md5").update(text).digest("base64");

describe("a presigned PUT", () => {
  test("stores what it is sent, whatever else a client sends along", async () => {
    const url = await putUrl();
    expect(await put(url, "hello", { "x-auth-token": "secret", "x-app-size": "5" })).toBe("200");
    const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key: "url" }));
    expect(await Body?.transformToString()).toBe("hello");
    expect(JSON.stringify(s3.calls)).not.toMatch(/secret|Signature|token/);
  });

  test("is good for its method, bucket, key and life only", async () => {
    const url = await putUrl();
    expect(await put(url.replace("/url?", "/other?"), "x")).toBe("403 SignatureDoesNotMatch");
    expect(await put(url.replace("/images/", "/cache/"), "x")).toBe("403 SignatureDoesNotMatch");
    expect(await put(url.replace("Expires=600", "Expires=6000"), "x")).toBe("403 SignatureDoesNotMatch");
    expect(await put(`${url}&tagging=`, "x")).toBe("403 SignatureDoesNotMatch");
    expect(await outcome(await fetch(url))).toBe("403 SignatureDoesNotMatch");
    expect(await outcome(await fetch(url, { method: "DELETE" }))).toBe("403 SignatureDoesNotMatch");
    const forged = url.replace(
      /(X-Amz-Signature=)(.)/,
      (_, name, digit) => name + (digit === "0" ? "1" : "0"),
    );
    expect(await put(forged, "x")).toBe("403 SignatureDoesNotMatch");
    expect(await put(url, "x", { "x-amz-acl": "public-read" })).toBe("403 AccessDenied");
    now += 700_000;
    expect(await put(url, "x")).toBe("403 AccessDenied");
    now -= 700_000;
  });

  test("of a session goes with the session's token only", async () => {
    const url = await putUrl();
    expect(url).toContain("X-Amz-Security-Token");
    expect(await put(url.replace(/X-Amz-Security-Token=[^&]*&/, ""), "x")).toMatch("403");
    const { sessionToken: _, ...withoutToken } = operator;
    const client = s3.clientWith({ credentials: withoutToken, requestChecksumCalculation: "WHEN_REQUIRED" });
    expect(await put(await putUrl({}, {}, client), "x")).toBe("400 InvalidToken");
    const wrongKey = s3.clientWith({ credentials: { ...operator, secretAccessKey: "wrong" } });
    expect(await put(await putUrl({}, {}, wrongKey), "x")).toBe("403 SignatureDoesNotMatch");
    const unknown = s3.clientWith({ credentials: { ...operator, accessKeyId: "AKIAUNKNOWN" } });
    expect(await put(await putUrl({}, {}, unknown), "x")).toBe("403 InvalidAccessKeyId");
  });

  test("with a signed length takes exactly that many bytes", async () => {
    const url = await putUrl({ ContentLength: 5 }, { signableHeaders: new Set(["content-length", "host"]) });
    expect(await put(url, "12345")).toBe("200");
    expect(await put(url, "123456")).toBe("403 SignatureDoesNotMatch");
    expect(await put(url, "1234")).toBe("403 SignatureDoesNotMatch");
    expect(await chunkedPut(url, "12345")).toBe("403 SignatureDoesNotMatch");
  });

  test("without a length is refused, and so is more than S3 takes", async () => {
    expect(await chunkedPut(await putUrl(), "x")).toBe("501 NotImplemented");
    expect(await rawPut(await putUrl(), [])).toMatch(/^HTTP\/1.1 411 [\s\S]*MissingContentLength/);
    expect(await rawPut(await putUrl(), ["content-length: 5368709121"])).toMatch(
      /^HTTP\/1.1 400 [\s\S]*EntityTooLarge/,
    );
    expect(await put(await putUrl(), "")).toBe("200");
  });

  test("that expects 100-continue is told so only when it is not refused", async () => {
    const expecting = ["content-length: 5", "expect: 100-continue"];
    expect(await rawPut(await putUrl(), expecting)).toMatch(/^HTTP\/1.1 100 Continue/);
    const refused = await rawPut(`${s3.endpoint}/images/url`, expecting);
    expect(refused).toMatch(/^HTTP\/1.1 403 [\s\S]*connection: close/i);
  });

  test("of nothing typed has S3's own default type", async () => {
    const headers = { "content-type": "" };
    expect(
      await outcome(await fetch(await putUrl(), { method: "PUT", body: Buffer.from("x"), headers })),
    ).toBe("200");
    const { ContentType } = await s3.client.send(new HeadObjectCommand({ Bucket, Key: "url" }));
    expect(ContentType).toBe("binary/octet-stream");
  });

  test("stays what it is when headers name other calls", async () => {
    expect(await put(await putUrl(), "x", { tagging: "1", uploads: "1", attributes: "1" })).toBe("200");
    expect(s3.calls.at(-1)?.operation).toBe("PutObject");
    expect(await put(await putUrl(), "x", { "if-modified-since": "x" })).toBe("501 NotImplemented");
  });

  test("with signed If-None-Match cannot overwrite, nor do without it", async () => {
    const url = await putUrl(
      { Key: "new", IfNoneMatch: "*" },
      { unhoistableHeaders: new Set(["if-none-match"]), signableHeaders: new Set(["if-none-match", "host"]) },
    );
    expect(await put(url, "x")).toBe("403 SignatureDoesNotMatch");
    expect(await put(url, "x", { "if-none-match": "*" })).toBe("200");
    expect(await put(url, "y", { "if-none-match": "*" })).toBe("412 PreconditionFailed");
  });

  test("checks Content-MD5, signed or not", async () => {
    expect(await put(await putUrl(), "hello", { "content-md5": md5("hello") })).toBe("200");
    expect(await put(await putUrl(), "hello", { "content-md5": md5("other") })).toBe("400 BadDigest");
    expect(await put(await putUrl(), "hello", { "content-md5": "short" })).toBe("400 InvalidDigest");
    const url = await putUrl(
      { ContentMD5: md5("hello") },
      { signableHeaders: new Set(["content-md5", "host"]) },
    );
    expect(await put(url, "hello")).toBe("403 SignatureDoesNotMatch");
    expect(await put(url, "other", { "content-md5": md5("other") })).toBe("403 SignatureDoesNotMatch");
    expect(await put(url, "other", { "content-md5": md5("hello") })).toBe("400 BadDigest");
    expect(await put(url, "hello", { "content-md5": md5("hello") })).toBe("200");
  });

  test.each(["sha256", "sha512"])("with a signed %s makes S3 verify it", async (algorithm) => {
    const digest = (text: string) => createHash(algorithm).update(text).digest("base64");
    const header = `x-amz-checksum-${algorithm}`;
    const stated = { [`Checksum${algorithm.toUpperCase()}`]: digest("hello") };
    const url = await putUrl(stated, {
      unhoistableHeaders: new Set([header]),
      signableHeaders: new Set([header, "host"]),
    });
    expect(await put(url, "hello", { [header]: digest("hello") })).toBe("200");
    expect(await put(url, "other", { [header]: digest("hello") })).toBe("400 BadDigest");
    expect(await put(url, "other", { [header]: digest("other") })).toBe("403 SignatureDoesNotMatch");
    expect(await put(await putUrl(), "x", { [header]: digest("x") })).toBe("403 AccessDenied");
  });

  test("with the SDK's default checksum, that of an empty body, refuses a real one", async () => {
    const url = await putUrl({}, {}, s3.clientWith({}));
    expect(url).toContain("x-amz-checksum-crc32=AAAAAA%3D%3D");
    expect(await put(url, "real")).toBe("400 BadDigest");
  });
});

test("a presigned part is good for its part number and upload only", async () => {
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key: "part" }));
  const url = await getSignedUrl(
    s3.client,
    new UploadPartCommand({ Bucket, Key: "part", UploadId, PartNumber: 1, ContentLength: 4 }),
    { expiresIn: 60, signableHeaders: new Set(["content-length", "host"]) },
  );
  const answer = await fetch(url, { method: "PUT", body: "part" });
  expect(answer.headers.get("etag")).toBe(`"${createHash("md5").update("part").digest("hex")}"`);
  await answer.arrayBuffer();
  expect(await put(url.replace("partNumber=1", "partNumber=2"), "part")).toBe("403 SignatureDoesNotMatch");
  expect(await put(url.replace(/uploadId=[^&]*/, "uploadId=x"), "part")).toBe("403 SignatureDoesNotMatch");
});

describe("a presigned GET", () => {
  test("obeys Range and response-* overrides, but only signed ones", async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: "get", Body: "0123456789" }));
    const url = await getSignedUrl(
      s3.client,
      new GetObjectCommand({
        Bucket,
        Key: "get",
        ResponseContentType: "application/octet-stream",
        ResponseContentDisposition: 'attachment; filename="x"',
      }),
    );
    const answer = await fetch(url, { headers: { range: "bytes=2-4", "x-auth-token": "t" } });
    expect(await answer.text()).toBe("234");
    expect(answer.status).toBe(206);
    expect(answer.headers.get("content-type")).toBe("application/octet-stream");
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="x"');
    expect(await outcome(await fetch(url.replace("octet-stream", "html")))).toBe("403 SignatureDoesNotMatch");
    expect(await outcome(await fetch(url, { headers: { authorization: "Basic x" } }))).toBe(
      "400 InvalidArgument",
    );
  });

  test("needs no more than HEAD for a HEAD", async () => {
    const url = await getSignedUrl(s3.client, new HeadObjectCommand({ Bucket, Key: "get" }));
    const answer = await fetch(url, { method: "HEAD" });
    expect([answer.status, answer.headers.get("content-length")]).toEqual([200, "10"]);
    expect((await fetch(url)).status).toBe(403);
  });
});

test("without a signature nothing is answered, be it read or written", async () => {
  for (const method of ["GET", "PUT", "HEAD", "DELETE", "POST"]) {
    const answer = await fetch(`${s3.endpoint}/images/get`, { method });
    expect([method, answer.status]).toEqual([method, 403]);
    await answer.arrayBuffer();
  }
  const traversal = await fetch(`${s3.endpoint}/images/..%2f..%2f..%2fx`, { method: "PUT", body: "x" });
  expect(await outcome(traversal)).toBe("403 AccessDenied");
});

test("an early refusal reaches a client that is still sending", async () => {
  const body = "x".repeat(20 * 1024 * 1024);
  expect(await put(`${s3.endpoint}/images/refused`, body)).toBe("403 AccessDenied");
});

function chunkedPut(url: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      { method: "PUT", headers: { "transfer-encoding": "chunked" } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () =>
          resolve(outcome(new Response(Buffer.concat(chunks), { status: answer.statusCode ?? 0 }))),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

/** Sends only the head of a PUT, and answers the first that comes back. */
function rawPut(url: string, headers: readonly string[]): Promise<string> {
  const { host, port, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", reject);
    socket.once("data", (data) => {
      socket.destroy();
      resolve(data.toString());
    });
    socket.write([`PUT ${pathname}${search} HTTP/1.1`, `host: ${host}`, ...headers, "", ""].join("\r\n"));
  });
}

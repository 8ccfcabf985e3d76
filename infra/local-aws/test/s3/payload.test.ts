import { createHash } from "node:crypto";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { canonicalRequest, hmac, sha256Hex, signingKey } from "../../iam/sigv4-canonical.ts";
import { operator, region } from "./principals-under-test.ts";
import { outcome, type S3UnderTest, startS3UnderTest } from "./s3-under-test.ts";

let s3: S3UnderTest;
beforeAll(async () => {
  s3 = await startS3UnderTest();
});
afterAll(() => s3.stop());

/** A PUT of /images/payload signed in its header; the body need not be what was signed. */
function signedPut(payloadHash: string, more: Record<string, string> = {}) {
  const timestamp = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const date = timestamp.slice(0, 8);
  const headers: Record<string, string> = {
    host: new URL(s3.endpoint).host,
    "x-amz-content-sha256": payloadHash,
    "x-amz-date": timestamp,
    "x-amz-security-token": operator.sessionToken ?? "",
    ...more,
  };
  const names = Object.keys(headers).sort();
  const request = { method: "PUT", rawPath: "/images/payload", rawQuery: "", headers };
  const scope = `${date}/${region}/s3/aws4_request`;
  const key = signingKey(operator.secretAccessKey, date, region, "s3");
  const sign = (...lines: string[]) => hmac(key, lines.join("\n")).toString("hex");
  const canonical = canonicalRequest(request, "s3", names, payloadHash);
  const signature = sign("AWS4-HMAC-SHA256", timestamp, scope, sha256Hex(canonical));
  const authorization = `AWS4-HMAC-SHA256 Credential=${operator.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  const sent = { ...headers, authorization };
  return {
    signature,
    signChunk: (previous: string, chunk: string) =>
      sign("AWS4-HMAC-SHA256-PAYLOAD", timestamp, scope, previous, sha256Hex(""), sha256Hex(chunk)),
    send: async (body: string) =>
      outcome(await fetch(`${s3.endpoint}/images/payload`, { method: "PUT", headers: sent, body })),
  };
}
const stored = async () => {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: "images", Key: "payload" }));
  return Body?.transformToString();
};

test("a body is held against its signed hash", async () => {
  expect(await signedPut(sha256Hex("right")).send("right")).toBe("200");
  expect(await signedPut(sha256Hex("right")).send("wrong")).toBe("400 XAmzContentSHA256Mismatch");
  expect(await signedPut("UNSIGNED-PAYLOAD").send("right")).toBe("200");
  expect(await signedPut("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD").send("x")).toBe("501 NotImplemented");
  expect(await stored()).toBe("right");
});

test("signed chunks are decoded and checked", async () => {
  const put = (length: string) =>
    signedPut("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", {
      "content-encoding": "aws-chunked",
      "x-amz-decoded-content-length": length,
    });
  const send = (length: string, chunk: string, sent = chunk) => {
    const { signature, signChunk, send } = put(length);
    const first = signChunk(signature, chunk);
    const hex = sent.length.toString(16);
    return send(
      `${hex};chunk-signature=${first}\r\n${sent}\r\n0;chunk-signature=${signChunk(first, "")}\r\n\r\n`,
    );
  };
  expect(await send("5", "chunk")).toBe("200");
  expect(await stored()).toBe("chunk");
  expect(await send("5", "chunk", "other")).toBe("403 SignatureDoesNotMatch");
  expect(await send("6", "chunk")).toBe("400 IncompleteBody");
  expect(await send("", "chunk")).toBe("411 MissingContentLength");
  expect(await stored()).toBe("chunk");
});

test("an unsigned trailer's checksum is checked", async () => {
  const crc = "x-amz-checksum-sha256";
  const digest = (text: string) => createHash("sha256").update(text).digest("base64");
  const send = (trailer: string) =>
    signedPut("STREAMING-UNSIGNED-PAYLOAD-TRAILER", {
      "content-encoding": "aws-chunked",
      "x-amz-decoded-content-length": "5",
      "x-amz-trailer": crc,
    }).send(`5\r\nhello\r\n0\r\n${trailer}\r\n\r\n`);
  expect(await send(`${crc}:${digest("hello")}`)).toBe("200");
  expect(await send(`${crc}:${digest("other")}`)).toBe("400 BadDigest");
  expect(await send("x-other:1")).toBe("400 MalformedTrailerError");
  expect(await send("no colon")).toBe("400 MalformedTrailerError");
});

test.each([
  ["two checksums", { "x-amz-checksum-sha1": "A", "x-amz-checksum-crc32": "AAAAAA==" }, "400 InvalidRequest"],
  ["a checksum that is none", { "x-amz-checksum-sha256": "AAAA" }, "400 InvalidRequest"],
  ["a checksum that is not emulated", { "x-amz-checksum-xxhash64": "AAAA" }, "501 NotImplemented"],
  ["an algorithm without a value", { "x-amz-sdk-checksum-algorithm": "SHA256" }, "400 InvalidRequest"],
  ["a wrong checksum", { "x-amz-checksum-crc32c": "AAAAAA==" }, "400 BadDigest"],
])("%s: refused", async (_, headers, refused) => {
  expect(await signedPut("UNSIGNED-PAYLOAD", headers as Record<string, string>).send("hello")).toBe(refused);
});

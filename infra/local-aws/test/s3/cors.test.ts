import { PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, expect, test } from "vitest";
import { outcome, type S3UnderTest, startS3UnderTest } from "./s3-under-test.ts";

let s3: S3UnderTest;
beforeAll(async () => {
  const cors = [
    {
      allowedOrigins: ["https://*.example.org"],
      allowedMethods: ["PUT", "GET"],
      allowedHeaders: ["content-*"],
      exposedHeaders: ["ETag"],
      maxAgeSeconds: 60,
    },
  ];
  s3 = await startS3UnderTest({ buckets: [{ name: "images", cors }, { name: "cache" }] });
});
afterAll(() => s3.stop());

const preflight = (bucket: string, origin: string, method: string, headers = "Content-MD5") =>
  fetch(`${s3.endpoint}/${bucket}/key`, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": method, "access-control-request-headers": headers },
  });

test("a preflight that a rule allows is answered without a signature", async () => {
  const answer = await preflight("images", "https://horizon.example.org", "PUT");
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "access-control-allow-origin": "https://horizon.example.org",
    "access-control-allow-methods": "PUT, GET",
    "access-control-allow-headers": "content-md5",
    "access-control-expose-headers": "ETag",
    "access-control-max-age": "60",
  });
});

test.each([
  ["another origin", "images", "https://example.com", "PUT", ""],
  ["another method", "images", "https://a.example.org", "DELETE", ""],
  ["another header", "images", "https://a.example.org", "PUT", "x-amz-acl"],
  ["a bucket without rules", "cache", "https://a.example.org", "PUT", ""],
])("a preflight for %s is refused", async (_, bucket, origin, method, headers) => {
  expect(await outcome(await preflight(bucket, origin, method, headers))).toBe("403 AccessForbidden");
});

test("answers carry the rule's headers, refusals as well", async () => {
  const url = await getSignedUrl(s3.client, new PutObjectCommand({ Bucket: "images", Key: "k" }));
  const put = (to: string, origin: string) => fetch(to, { method: "PUT", body: "x", headers: { origin } });
  const stored = await put(url, "https://a.example.org");
  expect(stored.headers.get("access-control-allow-origin")).toBe("https://a.example.org");
  expect(stored.headers.get("access-control-expose-headers")).toBe("ETag");
  const refused = await put(`${s3.endpoint}/images/k`, "https://a.example.org");
  expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([
    403,
    "https://a.example.org",
  ]);
  const foreign = await put(url, "https://example.com");
  expect([foreign.status, foreign.headers.get("access-control-allow-origin")]).toEqual([200, null]);
});

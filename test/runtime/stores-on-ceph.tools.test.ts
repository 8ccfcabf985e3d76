import { randomBytes } from "node:crypto";
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";
import { runJob } from "./run-job.ts";

/** A store on Ceph's object gateway (test/reference/stack/ceph-up.sh, which prints these variables), beside a bucket. */
const host = process.env.TEST_CEPH_ENDPOINT;
if (host === undefined) {
  throw new Error(
    "TEST_CEPH_ENDPOINT is not set: start Ceph with test/reference/stack/ceph-up.sh and name it",
  );
}
const keys = {
  access_key: process.env.TEST_CEPH_ACCESS_KEY_ID ?? "",
  secret_key: process.env.TEST_CEPH_SECRET_ACCESS_KEY ?? "",
};
const bucket = `stores-${Date.now()}`;
const client = new S3Client({
  endpoint: host,
  region: "us-east-1",
  credentials: { accessKeyId: keys.access_key, secretAccessKey: keys.secret_key },
  forcePathStyle: true,
  requestChecksumCalculation: "WHEN_REQUIRED",
});

let runtime: LocalRuntime;
let demo: ImageClient;

const objects = async () =>
  ((await client.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? []).map(({ Size }) => Size);

beforeAll(async () => {
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const ceph = { id: "ceph", type: "s3", host, bucket, sees_tokens: true };
  runtime = await startRuntime({
    environment: {
      GLANCE_ENABLED_BACKENDS: JSON.stringify([ceph, { id: "fast", type: "s3" }]),
      GLANCE_DEFAULT_BACKEND: "ceph",
      GLANCE_STORE_KEYS: JSON.stringify({ ceph: keys }),
    },
  });
  demo = await logIn(runtime.url, "demo");
});
afterAll(async () => {
  client.destroy();
  await runtime?.stop();
  runtime?.remove();
});

test.each([
  ["in one piece, by the bare gateway", 1000, () => runtime.gatewayUrl],
  ["in parts, by the ingress", 20_000_000, () => runtime.url],
])("an image goes to Ceph %s, comes back whole, is audited, and is deleted there", async (_, size, url) => {
  const bytes = randomBytes(size);
  const through = await logIn(url(), "demo");
  const id = await through.create();
  expect((await through.upload(id, bytes)).status).toBe(204);
  await vi.waitFor(
    async () => expect(await demo.show(id)).toMatchObject({ status: "active", stores: "ceph" }),
    20_000,
  );
  expect(await objects()).toEqual([size]);
  expect(Buffer.from(await demo.download(id)).equals(bytes)).toBe(true);
  for (const job of ["auditor-deep", "auditor-light"])
    expect(await runJob(runtime.home, job)).toMatchObject({ acted: 0, failed: 0 });
  expect((await demo.fetch(`/v2/images/${id}`, { method: "DELETE" })).status).toBe(204);
  await vi.waitFor(async () => expect(await objects()).toEqual([]), 20_000);
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { S3Emulator } from "../../emulators/s3/options.ts";
import { startS3InWorker } from "../../emulators/s3/start-in-worker.ts";
import { noFaults } from "../../faults.ts";
import type { Call } from "../../iam/principal.ts";
import { limited, operator, region } from "./principals-under-test.ts";
import { refusal } from "./s3-under-test.ts";

let directory: string;
let emulator: S3Emulator;
const calls: Call[] = [];
const settings = () => ({
  directory,
  port: 0,
  region,
  buckets: [{ name: "images" }],
  faults: noFaults,
  principals: [operator, limited],
  bucketPolicies: {
    images: [
      {
        Effect: "Deny" as const,
        Principal: "*",
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::images/sealed",
      },
    ],
  },
});
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "s3-worker-"));
  emulator = await startS3InWorker(
    settings(),
    (call) => calls.push(call),
    (error) => expect.fail(error.message),
  );
});
afterAll(async () => {
  await emulator.close();
  await rm(directory, { recursive: true, force: true });
});

test("a worker serves, judges by the policies it was given, and reports its calls", async () => {
  const endpoint = `http://127.0.0.1:${emulator.port}`;
  const client = new S3Client({ region, endpoint, credentials: operator, maxAttempts: 1 });
  const stranger = new S3Client({ region, endpoint, credentials: limited, maxAttempts: 1 });
  const put = (Key: string) =>
    refusal(client.send(new PutObjectCommand({ Bucket: "images", Key, Body: "x" })));
  expect([await put("open"), await put("sealed")]).toEqual(["accepted", "403 AccessDenied"]);
  expect(await refusal(stranger.send(new GetObjectCommand({ Bucket: "images", Key: "open" })))).toBe(
    "403 AccessDenied",
  );
  await vi.waitFor(() => expect(calls.map(({ status }) => status)).toEqual([200, 403, 403]));
  client.destroy();
  stranger.destroy();
});

test("a worker that cannot start says why", async () => {
  const bad = { ...settings(), buckets: [{ name: "NO" }] };
  await expect(
    startS3InWorker(
      bad,
      () => undefined,
      () => undefined,
    ),
  ).rejects.toThrow("no bucket name");
});

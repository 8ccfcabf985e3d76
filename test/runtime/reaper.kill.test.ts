import { spawnSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, expect, it } from "vitest";
import { inBucket as inStoppedBucket } from "./home-storage.ts";
import { logIn } from "./image-client.ts";
import { type LocalRuntime, newHome, startRuntime } from "./local-runtime.ts";

/** Younger than the 8 days of the bucket's lifecycle rule, older than the grace. */
const AGE_MS = 7.5 * 86_400_000;
const home = newHome();
const table = join(home, "dynamodb");
let runtime: LocalRuntime | undefined;
afterAll(async () => {
  if (runtime?.process.exitCode === null) await runtime.stop();
  rmSync(home, { recursive: true, force: true });
});

function job(...flags: string[]): Record<string, unknown> {
  const { stdout, stderr } = spawnSync("npm", ["run", "-s", "job", "--", "reaper", ...flags], {
    env: { ...process.env, GLANCE_HOME: home },
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const key = () => `${randomUUID()}/${randomUUID()}`;

const inBucket = <Result>(work: (client: S3Client, Bucket: string) => Promise<Result>): Promise<Result> =>
  inStoppedBucket(home, AGE_MS, work);

const put = (Key: string) =>
  inBucket((client, Bucket) => client.send(new PutObjectCommand({ Bucket, Key, Body: "rubbish" })));

const contents = () =>
  inBucket(async (client, Bucket) => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    return { objects: Contents.map(({ Key }) => Key), uploads: Uploads.map(({ Key }) => Key) };
  });

it("deletes orphans when it was let, and loses nothing beside a table that was set back", async () => {
  runtime = await startRuntime({ home });
  const { port } = runtime;
  const data = randomBytes(50_000);
  const demo = await logIn(runtime.url, "demo");
  const id = await demo.create();
  await demo.upload(id, data);
  expect(job()).toMatchObject({ acted: 0, failed: 0 });
  await runtime.stop();

  const orphan = key();
  await put(orphan);
  const upload = key();
  await inBucket((client, Bucket) => client.send(new CreateMultipartUploadCommand({ Bucket, Key: upload })));
  runtime = await startRuntime({ home, port });
  const many =
    "1 of 2 objects and 1 uploads have no owner, more than 1 % of the objects: nothing was deleted";
  expect(job("--dry-run")).toMatchObject({ acted: 0, dry_run: true, would_act: 2, stopped: many });
  expect(job()).toMatchObject({ acted: 0, stopped: many });
  expect(job()).toEqual({ examined: 0, acted: 0, failed: 0, stopped: many });
  expect(job("--release")).toMatchObject({ acted: 0, released: many });
  expect(job()).toMatchObject({ acted: 2, failed: 0 });
  // The worker that deletes is told at once.
  await sleep(2000);
  expect(job()).toMatchObject({ acted: 0, failed: 0 });
  const again = await logIn(runtime.url, "demo");
  expect(Buffer.from(await again.download(id)).equals(data)).toBe(true);
  await runtime.stop();
  const after = await contents();
  expect(after.uploads).toEqual([]);
  expect(after.objects).toHaveLength(2);
  expect(after.objects).toContain("upkeep/heartbeat");
  expect(after.objects).not.toContain(orphan);

  // A copy of the table, one more heartbeat, an object that this table knows nothing of; then the copy comes back.
  const copy = join(home, "copy");
  cpSync(table, copy, { recursive: true });
  runtime = await startRuntime({ home, port });
  expect(job()).toMatchObject({ acted: 0, failed: 0 });
  await runtime.stop();
  const unknown = key();
  await put(unknown);
  rmSync(table, { recursive: true });
  cpSync(copy, table, { recursive: true });
  runtime = await startRuntime({ home, port });
  for (let run = 0; run < 2; run++)
    expect(job()).toEqual({
      ...{ examined: 0, acted: 0, failed: 0 },
      stopped: expect.stringContaining("an earlier state of itself"),
    });
  await runtime.stop();
  expect((await contents()).objects).toContain(unknown);
  const lines = readFileSync(join(home, "log", "upkeep-reaper.log"), "utf8");
  expect(lines).toContain('"message":"stopped"');
  expect(lines).toContain('"decision":"delete orphan"');
}, 240_000);

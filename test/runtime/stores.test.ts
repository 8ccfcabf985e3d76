import { createHash, randomBytes } from "node:crypto";
import { truncateSync } from "node:fs";
import { basename, dirname } from "node:path";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { limited, operator, region } from "../../infra/local-aws/test/s3/principals-under-test.ts";
import { type S3UnderTest, startS3UnderTest } from "../../infra/local-aws/test/s3/s3-under-test.ts";
import { fileOf } from "./home-storage.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, newHome, startRuntime } from "./local-runtime.ts";
import { runJob } from "./run-job.ts";
import { storedFiles } from "./stored-files.ts";

/*
 * A cloud that has used its one bucket, and names stores later: two buckets that are made, and one on another host.
 */
let elsewhere: S3UnderTest;
let runtime: LocalRuntime;
let demo: ImageClient;
let ofBefore: { readonly id: string; readonly bytes: Buffer };

const sha = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Which buckets of this machine's S3 have how many objects with bytes, by the stores' names. */
function held(): Record<string, number> {
  const buckets = storedFiles(runtime.home).map((path) => basename(dirname(dirname(path))));
  const nameOf = (bucket: string) => /images|storesfast|storescheap/.exec(bucket)?.[0] ?? bucket;
  const counted = Map.groupBy(buckets.map(nameOf), (name) => name);
  return Object.fromEntries([...counted].map(([name, files]) => [name, files.length]).toSorted());
}

async function uploaded(store?: string, size = 100_000) {
  const bytes = randomBytes(size);
  const id = await demo.create();
  const { status } = await demo.fetch(`/v2/images/${id}/file`, {
    method: "PUT",
    headers: {
      "Content-Type": "application/octet-stream",
      ...(store !== undefined && { "X-Image-Meta-Store": store }),
    },
    body: bytes,
  });
  expect(status).toBe(204);
  await vi.waitFor(async () => expect(await demo.show(id)).toMatchObject({ status: "active" }), 20_000);
  return { id, bytes };
}

const inOther = async (): Promise<number> =>
  (await elsewhere.client.send(new ListObjectsV2Command({ Bucket: "images" }))).KeyCount ?? 0;

beforeAll(async () => {
  elsewhere = await startS3UnderTest({
    judge: {
      // Other hosts know keys without a session.
      principalOf: (id) => [operator, limited].find(({ accessKeyId }) => accessKeyId === id),
      allows: () => true,
    },
  });
  const home = newHome();
  const goneAtOnce = { GLANCE_DELETED_BYTES_RETENTION_DAYS: "0" };
  runtime = await startRuntime({ home, environment: goneAtOnce });
  demo = await logIn(runtime.url, "demo");
  ofBefore = await uploaded();
  await runtime.stop();
  const ceph = {
    id: "ceph",
    type: "s3",
    host: elsewhere.endpoint,
    bucket: "images",
    region,
    sees_tokens: true,
  };
  const { accessKeyId: access_key, secretAccessKey: secret_key } = limited;
  runtime = await startRuntime({
    home,
    environment: {
      GLANCE_ENABLED_BACKENDS: JSON.stringify(["fast:s3", { id: "cheap", type: "s3" }, ceph]),
      GLANCE_DEFAULT_BACKEND: "fast",
      GLANCE_STORE_KEYS: JSON.stringify({ ceph: { access_key, secret_key } }),
      ...goneAtOnce,
    },
  });
  demo = await logIn(runtime.url, "demo");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
  await elsewhere?.stop();
});

describe("stores that are named later", () => {
  test("images from before are where they were, and are served", async () => {
    expect(sha(await demo.download(ofBefore.id))).toBe(sha(ofBefore.bytes));
  });

  test("new ones go to the default, or to the one that is chosen, and come back whole", async () => {
    for (const store of [undefined, "cheap", "ceph"]) {
      const { id, bytes } = await uploaded(store);
      expect(sha(await demo.download(id)), store).toBe(sha(bytes));
    }
    expect(held()).toEqual({ images: 1, storescheap: 1, storesfast: 1 });
    expect(await inOther()).toBe(1);
  });

  test("upkeep looks at all of them, and finds them in order", async () => {
    const { acted, failed, stopped } = await runJob(runtime.home, "reaper");
    expect({ acted, failed, stopped }).toEqual({ acted: 0, failed: 0, stopped: undefined });
    for (const job of ["auditor-deep", "auditor-light", "item-migration"]) {
      const result = await runJob(runtime.home, job);
      expect(result, job).toMatchObject({ acted: 0, failed: 0 });
      expect(Number(result.examined), job).toBeGreaterThanOrEqual(4);
    }
    const admin = await logIn(runtime.url, "admin");
    expect(await (await admin.fetch("/v2/audit/findings")).json()).toMatchObject({ findings: [] });
  });

  test("bytes that were changed past the service are found at their store", async () => {
    const { id, bytes } = await uploaded("cheap");
    const integrityOf = async () => (await demo.fetch(`/v2/images/${id}/integrity`)).json();
    // Else it would be the verification that finds it.
    await vi.waitFor(
      async () => expect(await integrityOf()).toMatchObject({ verified_at: expect.any(String) }),
      20_000,
    );
    const file = fileOf(runtime.home, bytes);
    expect(file).toContain("storescheap");
    truncateSync(file, 10);
    // A run of the clock's may have the same pass in hand.
    await vi.waitFor(async () => {
      await runJob(runtime.home, "auditor-deep");
      expect(await integrityOf()).toMatchObject({ quarantine: { evidence: { store: "cheap" } } });
    }, 60_000);
    expect((await demo.fetch(`/v2/images/${id}`, { method: "DELETE" })).status).toBe(204);
  });

  test("the bytes of a deleted image are deleted at its own store", async () => {
    const images = [await uploaded("cheap"), await uploaded("ceph"), ofBefore];
    expect(await inOther()).toBe(2);
    for (const { id } of images)
      expect((await demo.fetch(`/v2/images/${id}`, { method: "DELETE" })).status).toBe(204);
    await vi.waitFor(async () => expect(await inOther()).toBe(1), 20_000);
    // The first bucket's is the heartbeat.
    const left = { images: 1, storescheap: 1, storesfast: 1 };
    await vi.waitFor(() => expect(held()).toEqual(left), 20_000);
  });
});

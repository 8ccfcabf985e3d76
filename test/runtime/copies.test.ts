import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { policyStatements } from "../../infra/constructs/access-policy.ts";
import { accessOf } from "../../infra/functions/functions.ts";
import { queueArns } from "../infra/queue-arns.ts";
import { folderImages } from "./folder-images.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";
import { runJob } from "./run-job.ts";
import { storedFiles } from "./stored-files.ts";

let runtime: LocalRuntime;
let demo: ImageClient;
let admin: ImageClient;

beforeAll(async () => {
  runtime = await startRuntime({
    environment: {
      GLANCE_ENABLED_BACKENDS:
        '[{"id":"fast","type":"s3","weight":10},{"id":"cheap","type":"s3"},{"id":"files","type":"file"}]',
      GLANCE_IMAGE_CACHE_DIR: "cache",
      GLANCE_SHOW_IMAGE_DIRECT_URL: "true",
      GLANCE_DEFAULT_BACKEND: "fast",
      GLANCE_COPIES: "fast:1,cheap:1",
      // Whichever partition keys IAM judges transactions with, none of these may be refused (docs/aws.md).
      GLANCE_TRANSACTION_KEYS: "every",
      CDK_CONTEXT_JSON: JSON.stringify({ transactionsWithoutKeys: true }),
    },
  });
  demo = await logIn(runtime.url, "demo");
  admin = await logIn(runtime.url, "admin");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 30_000, interval: 100 });
const inBoth = (id: string) =>
  until(async () => expect(await demo.show(id)).toMatchObject({ stores: "fast,cheap" }));
const from = async (store: string, id: string) => {
  const answer = await admin.fetch(`/v2/images/${id}/file?prefer=${store}`, { redirect: "follow" });
  return Buffer.from(await answer.arrayBuffer());
};
const filesOf = (size: number, bucket = "") =>
  storedFiles(runtime.home).filter((path) => path.includes(bucket) && statSync(path).size === size);
const flip = (path: string) => {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(10) ^ 1, 10);
  writeFileSync(path, bytes);
};
const findings = async () =>
  (
    (await (await admin.fetch("/v2/audit/findings")).json()) as {
      findings: { kind: string; state: string; image_id: string; evidence: Record<string, string> }[];
    }
  ).findings;

it.each([
  ["through the ingress", () => runtime.url, 9_000_000],
  ["through the gateway", () => runtime.gatewayUrl, 1000],
])("an image that was uploaded %s is in both stores soon, and the same there", async (_, url, size) => {
  const client = await logIn(url(), "demo");
  const id = await client.create();
  const body = randomBytes(size);
  expect((await client.upload(id, body)).status).toBe(204);
  await inBoth(id);
  for (const store of ["fast", "cheap"])
    expect([store, (await from(store, id)).equals(body)]).toEqual([store, true]);
});

it("an admin's property says of one image which stores have it", async () => {
  const body = randomBytes(2000);
  const answer = await demo.fetch("/v2/images", { method: "POST", body: '{"os_glance_copies":"cheap:1"}' });
  expect(answer.status).toBe(403);
  const id = await admin.create({ os_glance_copies: "" });
  await admin.upload(id, body);
  await runJob(runtime.home, "copies");
  const refused = await admin.fetch("/v2/images", { method: "POST", body: '{"os_glance_copies":"cheep:1"}' });
  expect([refused.status, await refused.text()]).toEqual([
    400,
    expect.stringContaining("did you mean cheap?"),
  ]);
  expect(await admin.show(id)).toMatchObject({ stores: "fast", os_glance_copies: "" });
  const patched = await admin.fetch(`/v2/images/${id}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/openstack-images-v2.1-json-patch" },
    body: JSON.stringify([{ op: "replace", path: "/os_glance_copies", value: "cheap:1" }]),
  });
  expect(patched.status).toBe(200);
  await until(async () => expect(await admin.show(id)).toMatchObject({ stores: "fast,cheap" }));
  // What somebody takes out comes back, as long as it is wanted.
  expect((await admin.fetch(`/v2/stores/cheap/${id}`, { method: "DELETE" })).status).toBe(204);
  expect(await runJob(runtime.home, "copies")).toMatchObject({ acted: 1, failed: 0 });
  await until(async () => expect(await admin.show(id)).toMatchObject({ stores: "fast,cheap" }));
  expect(await runJob(runtime.home, "copies")).toMatchObject({ acted: 0, failed: 0 });
});

describe("bytes that were flipped", () => {
  it("in one of two stores are found, mended from the other, and told of", async () => {
    const id = await demo.create();
    const body = randomBytes(123_456);
    await demo.upload(id, body);
    await inBoth(id);
    const [damaged = ""] = filesOf(body.length, "cheap");
    flip(damaged);
    expect((await from("cheap", id)).equals(body)).toBe(false);
    await runJob(runtime.home, "auditor-deep");
    await until(async () =>
      expect(await findings()).toMatchObject([
        {
          kind: "copy-hash-mismatch",
          state: "mended",
          image_id: id,
          evidence: { store: "cheap", mended_by: expect.stringContaining("a copy of the bytes in fast") },
        },
      ]),
    );
    await until(async () => expect((await from("cheap", id)).equals(body)).toBe(true));
    expect(await demo.show(id)).toMatchObject({ status: "active", stores: "fast,cheap" });
  });

  it("of a copy that is gone are brought back", async () => {
    const id = await demo.create();
    const body = randomBytes(234_567);
    await demo.upload(id, body);
    await inBoth(id);
    const [file = ""] = filesOf(body.length, "fast");
    rmSync(file);
    await runJob(runtime.home, "auditor-deep");
    await until(async () => expect((await from("fast", id)).equals(body)).toBe(true));
    expect(existsSync(file)).toBe(false);
  });

  it("of an image that both stores have lost, leave it without data to read, before any audit has seen it", async () => {
    const id = await demo.create();
    const body = randomBytes(45_678);
    await demo.upload(id, body);
    await inBoth(id);
    for (const file of filesOf(body.length)) rmSync(file);
    expect((await demo.fetch(`/v2/images/${id}/file`)).status).toBe(204);
    expect((await demo.fetch(`/v2/images/${id}`, { method: "DELETE" })).status).toBe(204);
  });

  it("in both stores take the image out of use, and none of them is deleted", async () => {
    const id = await demo.create();
    const body = randomBytes(345_678);
    await demo.upload(id, body);
    await inBoth(id);
    const files = filesOf(body.length);
    expect(files).toHaveLength(2);
    for (const file of files) flip(file);
    await runJob(runtime.home, "auditor-deep");
    await runJob(runtime.home, "copies");
    // A copy of the other one may have been begun before that was looked at, and shows the same.
    await until(async () =>
      expect(await admin.show(id)).toMatchObject({ status: "deactivated", stores: "fast,cheap" }),
    );
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });
});

folderImages(() => runtime);

/** Needed after failures and kills only (test/unit/images/operations/copies). */
const excused = ["s3:AbortMultipartUpload", "s3:ListBucket", "sqs:ChangeMessageVisibility"];
const pollers = ["sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage"];

it("the worker and the jobs are denied nothing, and use all that they may", () => {
  const calls = readFileSync(join(runtime.home, "log", "aws-calls.log"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { principal: string; actions: string[]; error?: string });
  const denied = calls.filter(({ error }) => error?.startsWith("AccessDenied"));
  expect(
    denied.filter(({ principal }) => /^(workers-(copy|place|delete|cache)|upkeep-)/.test(principal)),
  ).toEqual([]);
  const queues = queueArns((name) => name);
  const arns = { table: "t", bucket: "b", queues, tokenKey: "k", eventBus: "e" };
  for (const name of ["workers/copy", "workers/place", "upkeep/copies"] as const) {
    const granted = policyStatements(accessOf(name), arns).flatMap(({ Action }) => Action);
    const used = calls.filter(({ principal }) => principal === name.replace("/", "-"));
    const known = new Set([...used.flatMap(({ actions }) => actions), ...excused, ...pollers]);
    expect([name, granted.filter((action) => !known.has(action))]).toEqual([name, []]);
  }
});

import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { policyStatements } from "../../infra/constructs/access-policy.ts";
import { accessOf } from "../../infra/functions/functions.ts";
import { queueArns } from "../infra/queue-arns.ts";
import { packedFiles, packedText } from "../unit/compression/packed-files.ts";
import { type Source, startSource } from "./http-source.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { importBesideMany } from "./import-beside-many.ts";
import { importByTask } from "./import-by-task.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";
import { runJob } from "./run-job.ts";
import { type SlowSource, startSlowSource } from "./slow-source.ts";
import { storedFiles } from "./stored-files.ts";

const octets = { "Content-Type": "application/octet-stream" };
const remote = randomBytes(200_000);

let source: Source;
let slow: SlowSource;
let runtime: LocalRuntime;
let demo: ImageClient;
let admin: ImageClient;

beforeAll(async () => {
  source = await startSource(remote);
  slow = await startSlowSource();
  runtime = await startRuntime({
    environment: {
      GLANCE_ENABLED_BACKENDS: '[{"id":"fast","type":"s3","weight":10},{"id":"cheap","type":"s3"}]',
      GLANCE_DEFAULT_BACKEND: "fast",
      GLANCE_IMAGE_IMPORT_PLUGINS: "inject_image_metadata,image_decompression",
      GLANCE_INJECT: "origin:imported",
      GLANCE_IMPORT_ALLOWED_NETWORKS: "127.0.0.0/8",
      GLANCE_ALLOWED_PORTS: [source, slow].map(({ url }) => new URL(url).port).join(),
      // Whichever partition keys IAM judges transactions with, none of these may be refused (docs/aws.md).
      GLANCE_TRANSACTION_KEYS: "every",
      CDK_CONTEXT_JSON: JSON.stringify({ transactionsWithoutKeys: true }),
    },
  });
  demo = await logIn(runtime.url, "demo");
  admin = await logIn(runtime.url, "admin");
});
afterAll(async () => {
  await source?.close();
  await slow?.close();
  await runtime?.stop();
  runtime?.remove();
});

const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 30_000, interval: 100 });
const importTo = (client: ImageClient, id: string, body: Record<string, unknown>) =>
  client.fetch(`/v2/images/${id}/import`, { method: "POST", body: JSON.stringify(body) });
const direct = { method: { name: "glance-direct" } };

async function staged(body: Uint8Array, attributes: Record<string, unknown> = {}): Promise<string> {
  const id = await demo.create(attributes);
  const answer = await demo.fetch(`/v2/images/${id}/stage`, { method: "PUT", headers: octets, body });
  expect(answer.status).toBe(204);
  return id;
}

const dataIn = async (store: string, id: string) => {
  const answer = await admin.fetch(`/v2/images/${id}/file?prefer=${store}`, { redirect: "follow" });
  return Buffer.from(await answer.arrayBuffer());
};

interface ShownTask {
  readonly id: string;
  readonly status: string;
  readonly message: string;
}

const tasksOf = async (client: ImageClient, id: string): Promise<ShownTask[]> =>
  ((await (await client.fetch(`/v2/images/${id}/tasks`)).json()) as { tasks: ShownTask[] }).tasks;

it("says at a creation how the image may be imported, as GET /v2/info/import does", async () => {
  const answer = await demo.fetch("/v2/images", { method: "POST", body: "{}" });
  expect(answer.headers.get("openstack-image-import-methods")).toBe("glance-direct,web-download,copy-image");
  const info = (await (await demo.fetch("/v2/info/import")).json()) as Record<string, { value: string[] }>;
  expect(info["import-methods"]?.value).toEqual(["glance-direct", "web-download", "copy-image"]);
});

it.each([
  ["small, in its one store, without a byte moved", 3000, {}, "fast"],
  ["small, in all stores", 4000, { all_stores: true }, "fast,cheap"],
  ["of several parts through the ingress, in all stores", 20_000_000, { all_stores: true }, "fast,cheap"],
  ["in a store where it was not staged", 5000, { stores: ["cheap"] }, "cheap"],
])("an image that was staged is in use: %s", async (_, size, wanted, stores) => {
  const body = randomBytes(size);
  const id = await staged(body);
  const [file = ""] = storedFiles(runtime.home).slice(-1);
  expect((await importTo(demo, id, { ...direct, ...wanted })).status).toBe(202);
  await until(async () => expect(await demo.show(id)).toMatchObject({ status: "active", stores }));
  await until(async () =>
    expect(await tasksOf(demo, id)).toMatchObject([{ status: "success", message: "" }]),
  );
  for (const store of stores.split(",")) expect((await dataIn(store, id)).equals(body)).toBe(true);
  const image = await demo.show(id);
  expect(image).toMatchObject({ os_glance_importing_to_stores: "", size, origin: "imported" });
  expect(image).not.toHaveProperty("os_glance_import_task");
  expect(file).not.toBe("");
  expect((await importTo(demo, id, direct)).status).toBe(409);
});

it("an import of data that is not what the image says leaves it queued, with the reason in the task", async () => {
  const id = await staged(randomBytes(2000), { disk_format: "qcow2" });
  expect((await importTo(demo, id, direct)).status).toBe(202);
  await until(async () =>
    expect(await demo.show(id)).toMatchObject({
      status: "queued",
      size: null,
      os_glance_failed_import: "fast",
    }),
  );
  expect(await tasksOf(demo, id)).toMatchObject([
    { status: "failure", message: expect.stringContaining("qcow2") },
  ]);
  expect(await demo.show(id)).not.toHaveProperty("origin");
  // Of use for the next attempt.
  expect((await demo.upload(id, Buffer.concat([Buffer.from("QFI")]))).status).not.toBe(204);
});

it.each([
  ["gzip", gzipSync],
  ["zstd", zstdCompressSync],
] as const)("what is in %s of several parts becomes the image's data", async (_, pack) => {
  const body = Buffer.concat([randomBytes(9_000_000), Buffer.alloc(3_000_000)]);
  const id = await staged(pack(body));
  expect((await importTo(demo, id, direct)).status).toBe(202);
  await until(async () => expect(await demo.show(id)).toMatchObject({ status: "active", size: body.length }));
  expect((await dataIn("fast", id)).equals(body)).toBe(true);
});

it.each(["bzip2", "xz"] as const)("what is in %s becomes the image's data", async (name) => {
  const id = await staged(packedFiles[name]);
  expect((await importTo(demo, id, direct)).status).toBe(202);
  const shown = { status: "active", size: packedText.length };
  await until(async () => expect(await demo.show(id)).toMatchObject(shown));
  expect((await dataIn("fast", id)).equals(packedText)).toBe(true);
});

it("admins copy an image into stores that lack it, and nobody else does", async () => {
  const body = randomBytes(6000);
  const id = await demo.create();
  await demo.upload(id, body);
  const copy = { method: { name: "copy-image" } };
  expect((await importTo(demo, id, { ...copy, stores: ["cheap"] })).status).toBe(403);
  expect((await importTo(admin, id, { ...copy, stores: ["fast"] })).status).toBe(400);
  expect((await importTo(admin, id, { ...copy, stores: ["none"] })).status).toBe(409);
  expect((await importTo(admin, id, { ...copy, all_stores: true })).status).toBe(202);
  await until(async () =>
    expect(await demo.show(id)).toMatchObject({ status: "active", stores: "fast,cheap" }),
  );
  expect((await dataIn("cheap", id)).equals(body)).toBe(true);
  await until(async () => expect(await tasksOf(admin, id)).toMatchObject([{ status: "success" }]));
  // Nothing is left to do.
  expect((await importTo(admin, id, { ...copy, all_stores: true })).status).toBe(202);
  expect(await tasksOf(admin, id)).toHaveLength(1);
});

it("data at another host comes into all stores, and the job finds nothing that waits", async () => {
  const id = await demo.create();
  const checksum = `sha256:${createHash("sha256").update(remote).digest("hex")}`;
  const method = { name: "web-download", uri: source.url, checksum };
  expect((await importTo(demo, id, { method, all_stores: true })).status).toBe(202);
  await until(async () =>
    expect(await demo.show(id)).toMatchObject({ status: "active", stores: "fast,cheap" }),
  );
  expect((await dataIn("cheap", id)).equals(remote)).toBe(true);
  const other = await demo.create({ import_checksum: "0".repeat(64) });
  expect((await importTo(demo, other, { method: { name: "web-download", uri: source.url } })).status).toBe(
    202,
  );
  await until(async () => expect(await tasksOf(demo, other)).toMatchObject([{ status: "failure" }]));
  expect(await demo.show(other)).toMatchObject({ status: "queued", os_glance_failed_import: "fast" });
  expect(await runJob(runtime.home, "imports")).toMatchObject({ acted: 0, failed: 0 });
});

describe("tasks", () => {
  it("are listed for admins, page by page and by any column, and shown one by one", async () => {
    const list = async (query: string) =>
      (await (await admin.fetch(`/v2/tasks${query}`)).json()) as { tasks: ShownTask[]; next?: string };
    const { tasks } = await list("?limit=100");
    expect(tasks.length).toBeGreaterThan(5);
    const paged: ShownTask[] = [];
    for (let next: string | undefined = "?limit=2"; next !== undefined; ) {
      const page = await list(next.replace("/v2/tasks", ""));
      paged.push(...page.tasks);
      next = page.next;
    }
    expect(paged).toEqual(tasks);
    const failed = await list("?status=failure");
    expect(failed.tasks.map(({ status }) => status)).toEqual(["failure", "failure"]);
    const byId = (await list("?sort_key=id&sort_dir=asc")).tasks.map(({ id }) => id);
    expect(byId).toEqual(byId.toSorted());
    const [{ id } = { id: "" }] = tasks;
    expect(await (await admin.fetch(`/v2/tasks/${id}`)).json()).toMatchObject({
      id,
      type: "api_image_import",
    });
    expect((await demo.fetch(`/v2/tasks/${id}`)).status).toBe(403);
    const refused = await admin.fetch(`/v2/tasks/${id}`, { method: "DELETE" });
    expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET"]);
  });

  it("of the older kind make their image themselves, for admins", () =>
    importByTask({ demo, admin }, source.url, remote.length));
});

it("data that is fetched or staged has the checksum that is named, or does not become the image's", async () => {
  const sha256 = createHash("sha256").update(remote).digest("hex");
  const wrong = `sha256:${"0".repeat(64)}`;
  const fetched = { name: "web-download", uri: source.url };
  const endsAs = async (id: string, { status, message }: { status: string; message: string }) => {
    await until(async () => expect((await tasksOf(demo, id))[0]?.status).toBe(status));
    expect((await tasksOf(demo, id))[0]?.message).toContain(message);
  };
  const named = await demo.create({ import_checksum: sha256 });
  expect((await importTo(demo, named, { method: fetched })).status).toBe(202);
  await endsAs(named, { status: "success", message: "" });
  expect(source.asked.some((headers) => "x-auth-token" in headers)).toBe(false);

  const other = await demo.create();
  expect((await importTo(demo, other, { method: { ...fetched, checksum: wrong } })).status).toBe(202);
  await endsAs(other, { status: "failure", message: `has the sha256 ${sha256}, not 0000` });
  expect(await demo.show(other)).toMatchObject({ status: "queued", size: null });

  for (const [checksum, status] of [
    [wrong, "failure"],
    [`sha256:${sha256}`, "success"],
  ] as const) {
    const id = await staged(remote);
    const method = { name: "glance-direct", checksum };
    expect((await importTo(demo, id, { method })).status).toBe(202);
    await endsAs(id, { status, message: "" });
  }
  const refused = await importTo(demo, other, { method: { ...fetched, checksum: "sha256:xyz" } });
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("sha256:HEX")]);
});

it(
  "many slow imports of one project keep none of another's waiting, though they are from the same host",
  () => importBesideMany({ demo, admin }, { slow, source, size: remote.length }),
  60_000,
);

/** Needed after failures, kills and thefts of locks only (test/unit/images/operations/imports, all-jobs.kill.test.ts). */
const excused: Readonly<Record<string, readonly string[]>> = {
  imports: ["dynamodb:DeleteItem"],
  "workers/import": ["sqs:ChangeMessageVisibility", "s3:AbortMultipartUpload"],
  "workers/fetch": ["sqs:ChangeMessageVisibility", "s3:AbortMultipartUpload"],
  "upkeep/imports": ["dynamodb:GetItem", "sqs:SendMessage"],
};
const pollers = ["sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage"];

it("the functions are denied nothing, and use all that they may", () => {
  const calls = readFileSync(join(runtime.home, "log", "aws-calls.log"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { principal: string; actions: string[]; error?: string });
  const denied = calls.filter(({ error }) => error?.startsWith("AccessDenied"));
  expect(denied.filter(({ principal }) => /^(imports|workers-|upkeep-)/.test(principal))).toEqual([]);
  const arns = { table: "t", bucket: "b", queues: queueArns((name) => name), tokenKey: "k", eventBus: "e" };
  for (const name of ["imports", "workers/import", "workers/fetch", "upkeep/imports"] as const) {
    const granted = policyStatements(accessOf(name), arns).flatMap(({ Action }) => Action);
    const used = calls.filter(({ principal }) => principal === name.replace("/", "-"));
    const known = new Set([...used.flatMap(({ actions }) => actions), ...(excused[name] ?? []), ...pollers]);
    expect([name, granted.filter((action) => !known.has(action))]).toEqual([name, []]);
  }
});

import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { policyStatements } from "../../infra/constructs/access-policy.ts";
import { accessOf, functionNames } from "../../infra/functions/functions.ts";
import { queueArns } from "../infra/queue-arns.ts";
import { type Source, startSource } from "./http-source.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";
import { recoveryOnly } from "./recovery-rights.ts";
import { runJob } from "./run-job.ts";
import { storedFiles } from "./stored-files.ts";

interface LoggedCall {
  readonly principal: string;
  readonly service: string;
  readonly operation: string;
  readonly actions: readonly string[];
  readonly status: number;
  readonly error?: string;
}

/** Of the event source, which uses the function's role. */
const pollers = ["sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage"];

const sourceData = randomBytes(40_000_000);
const sourceHash = createHash("sha512").update(sourceData).digest("hex");
let source: Source;
let runtime: LocalRuntime;
let demo: ImageClient;
let calls: LoggedCall[];

const transfersOf = (id: string) => `/v2/images/${id}/transfers`;
const open = async (id: string, body: unknown) => {
  const response = await demo.fetch(transfersOf(id), {
    method: "POST",
    headers: { Accept: "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, ...((await response.json()) as { id: string; token: string }) };
};

/** Makes an application credential and deletes it, which revokes the user's tokens. */
async function useIdentity() {
  const alt = await logIn(runtime.url, "alt");
  const claims = Buffer.from(alt.token.split(".")[1] ?? "", "base64url").toString();
  const credentials = `/v3/users/${JSON.parse(claims).sub}/application_credentials`;
  const body = JSON.stringify({ application_credential: { name: "one" } });
  const made = (await (await alt.fetch(credentials, { method: "POST", body })).json()) as {
    application_credential: { id: string };
  };
  await alt.fetch(`${credentials}/${made.application_credential.id}`, { method: "DELETE" });
}

/** Brings images back, lets the scrubber take one, and purges what is left of them. */
async function useUpkeep() {
  const admin = await logIn(runtime.url, "admin");
  const id = await admin.create();
  await admin.upload(id, randomBytes(10));
  const action = async (name: string) =>
    (await admin.fetch(`/v2/images/${id}/actions/${name}`, { method: "POST" })).status;
  const remove = () => admin.fetch(`/v2/images/${id}`, { method: "DELETE" });
  await remove();
  expect(await action("restore")).toBe(204);
  await remove();
  await runJob(runtime.home, "scrubber");
  await sleep(1500);
  expect(await action("recover")).toBe(204);
  await remove();
  await runJob(runtime.home, "scrubber");
  // Its bytes must be gone before anything of it is purged.
  await sleep(1500);
  await runJob(runtime.home, "purge");
}

/** A damaged image is found and looked at; a clean rest is walked over. */
async function useAudits() {
  const admin = await logIn(runtime.url, "admin");
  const id = await demo.create();
  await demo.upload(id, randomBytes(100_000));
  await demo.fetch(`/v2/images/${id}/members`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ member: "somebody" }),
  });
  await demo.fetch(`/v2/images/${id}/provenance`);
  await demo.fetch("/v2/provenance/keys");
  for (const job of ["auditor-light", "index-rebuild", "item-migration"]) await runJob(runtime.home, job);
  for (const path of storedFiles(runtime.home)) if (statSync(path).size === 100_000) truncateSync(path, 10);
  await runJob(runtime.home, "auditor-deep");
  const { findings } = (await (await admin.fetch("/v2/audit/findings")).json()) as {
    findings: { id: string }[];
  };
  await admin.fetch(`/v2/audit/findings/${findings[0]?.id}/acknowledge`, { method: "POST" });
}

/** A namespace with more than one transaction holds, replaced by several at once: all but one have staged in vain. */
async function useMetadefs() {
  const admin = await logIn(runtime.url, "admin");
  const base = "/v2/metadefs/namespaces";
  const send = (method: string, path: string, body?: unknown) =>
    admin.fetch(path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const tags = (prefix: string) => Array.from({ length: 300 }, (_, n) => ({ name: `${prefix}${n}` }));
  const resource_type_associations = [{ name: "OS::Glance::Image" }];
  await send("POST", base, { namespace: "many", resource_type_associations, tags: tags("a") });
  await Promise.all(
    ["b", "c", "d", "e"].map((each) => send("POST", `${base}/many/tags`, { tags: tags(each) })),
  );
  await send("PUT", `${base}/many`, { namespace: "renamed", visibility: "public" });
  for (const path of [
    `${base}?resource_types=OS::Glance::Image`,
    `${base}/renamed`,
    `${base}/renamed/tags/b1`,
  ])
    await admin.fetch(path);
  await admin.fetch("/v2/metadefs/resource_types");
  await send("DELETE", `${base}/renamed`);
  // For the jobs to look at.
  await send("POST", base, { namespace: "kept", tags: tags("f") });
}

/** Waits until the worker has said that it has verified the image's bytes. */
const isVerified = (id: string) =>
  vi.waitFor(
    () => {
      const log = readFileSync(join(runtime.home, "log", "workers-finalize.log"), "utf8");
      expect(log.split("\n").some((line) => line.includes(id) && line.includes('"verified"'))).toBe(true);
    },
    { timeout: 30_000, interval: 100 },
  );

/** An image that is queued, cached, read and taken out again, with the jobs that look after all of it. */
async function useCache() {
  const admin = await logIn(runtime.url, "admin");
  const id = await admin.create();
  await admin.upload(id, randomBytes(10));
  await admin.fetch(`/v2/cache/${id}`, { method: "PUT" });
  await vi.waitFor(
    async () => {
      const { cached_images } = (await (await admin.fetch("/v2/cache")).json()) as {
        cached_images: { image_id: string }[];
      };
      expect(cached_images.map(({ image_id }) => image_id)).toContain(id);
    },
    { timeout: 20_000, interval: 100 },
  );
  await admin.download(id);
  for (const job of ["cache-prefetcher", "cache-pruner", "cache-cleaner"]) await runJob(runtime.home, job);
  await admin.fetch(`/v2/cache/${id}`, { method: "DELETE" });
  await admin.download(id);
  await admin.fetch(`/v2/images/${id}`, { method: "DELETE" });
}

/** Data at another host that is compared with its hash, and more of it than is read at once. */
async function useLocations() {
  const id = await demo.create();
  const validation_data = { os_hash_algo: "sha512", os_hash_value: sourceHash };
  const body = JSON.stringify({ url: source.url, validation_data });
  expect((await demo.fetch(`/v2/images/${id}/locations`, { method: "POST", body })).status).toBe(202);
  await vi.waitFor(async () => expect((await demo.show(id)).status).toBe("active"), 30_000);
  await (await logIn(runtime.url, "admin")).fetch(`/v2/images/${id}/locations`);
  await demo.fetch(`/v2/images/${id}`, { method: "DELETE" });
}

/** Everything that the service does in a normal life. */
async function useEverything() {
  const slow = await demo.create();
  const leased = await open(slow, { size: 10, lease: 30 });
  const leasedAt = Date.now();
  await demo.fetch("/v3/auth/projects");
  await useIdentity();
  await useMetadefs();
  await demo.fetch("/v2/schemas/image");
  const id = await demo.create({ name: "one" });
  const members = `/v2/images/${id}/members`;
  await demo.fetch(members, { method: "POST", body: JSON.stringify({ member: "others" }) });
  await demo.fetch(members);
  await demo.fetch(`${members}/others`, { method: "DELETE" });
  await demo.fetch(`/v2/images/${id}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/openstack-images-v2.1-json-patch" },
    body: JSON.stringify([{ op: "replace", path: "/name", value: "two" }]),
  });
  await demo.upload(id, randomBytes(20_000_000));
  await demo.download(id);
  await demo.fetch("/v2/images?name=two");

  const bare = await logIn(runtime.gatewayUrl, "demo");
  const small = await bare.create();
  await bare.upload(small, randomBytes(1000));
  await bare.download(small);

  const raced = await demo.create();
  const attempts = await Promise.all(Array.from({ length: 5 }, () => open(raced, { size: 10, lease: 30 })));
  const winner = attempts.find(({ status }) => status === 201);
  await demo.fetch(`${transfersOf(raced)}/${winner?.id}`, { method: "DELETE" });
  const deleted = await demo.create();
  await open(deleted, { size: 10 });
  await demo.fetch(`/v2/images/${deleted}`, { method: "DELETE" });
  await isVerified(id);
  await demo.fetch(`/v2/images/${id}`, { method: "DELETE" });
  // A quarter of the lease must have gone before a use renews it.
  await sleep(Math.max(0, leasedAt + 8000 - Date.now()));
  await demo.fetch(`${transfersOf(slow)}/${leased.id}`);
  await useCache();
  await useLocations();
  await useUpkeep();
  await useAudits();
  for (const job of ["reaper", "outbox", "metadefs"]) await runJob(runtime.home, job);
}

beforeAll(async () => {
  source = await startSource(sourceData);
  runtime = await startRuntime({
    environment: {
      // Whichever partition keys IAM judges transactions with, none of these may be refused (docs/aws.md).
      GLANCE_TRANSACTION_KEYS: "every",
      CDK_CONTEXT_JSON: JSON.stringify({ transactionsWithoutKeys: true }),
      GLANCE_COMPLETION_RECOVERY_DELAY: "2",
      GLANCE_DELAYED_DELETE: "true",
      GLANCE_IMAGE_PROVENANCE: "true",
      GLANCE_IMAGE_CACHE_DIR: "cache",
      GLANCE_ENABLED_BACKENDS: "s3:s3,web:http",
      GLANCE_DEFAULT_BACKEND: "s3",
      GLANCE_IMPORT_ALLOWED_NETWORKS: "127.0.0.1/32",
      GLANCE_ALLOWED_PORTS: new URL(source.url).port,
      GLANCE_DELETED_BYTES_RETENTION_DAYS: "1",
      GLANCE_PURGE_AGE_IN_DAYS: "0",
      GLANCE_PURGE_IMAGES_TABLE_AGE_IN_DAYS: "0",
    },
  });
  demo = await logIn(runtime.url, "demo");
  await useEverything();
  await sleep(1500);
  const log = readFileSync(join(runtime.home, "log", "aws-calls.log"), "utf8");
  calls = log
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as LoggedCall);
});
afterAll(async () => {
  await source?.close();
  await runtime?.stop();
  runtime?.remove();
});

describe("least privilege", () => {
  it("denies nothing that the service needs", () => {
    const denied = calls.filter(({ error }) => error?.startsWith("AccessDenied"));
    expect(denied).toEqual([]);
  });

  // Works where usage is counted only; and test/runtime/imports.test.ts asks the same of what imports.
  const elsewhere = /^(upkeep\/usage-recount|imports|workers\/(import|fetch)|upkeep\/imports)$/;
  const asked = functionNames.filter((name) => !elsewhere.test(name));

  it.each(asked)("%s uses everything that it may use", (name) => {
    const others = { queues: queueArns((queue) => queue), tokenKey: "k", statementKey: "s", eventBus: "e" };
    const arns = { table: "t", bucket: "b", ...others };
    const granted = policyStatements(accessOf(name), arns).flatMap(({ Action }) => Action);
    const used = new Set(
      calls.filter(({ principal }) => principal === name.replace("/", "-")).flatMap(({ actions }) => actions),
    );
    const excused = [...(recoveryOnly[name] ?? []), ...pollers];
    expect(granted.filter((action) => !used.has(action) && !excused.includes(action))).toEqual([]);
  });

  it("says of every change who made it, and how it ended", () => {
    const lines = readFileSync(join(runtime.home, "log", "images.log"), "utf8")
      .trim()
      .split("\n");
    const answers = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ message, method }) => message === "answered" && method !== "GET");
    expect(answers.length).toBeGreaterThan(3);
    for (const answer of answers) {
      expect(answer).toMatchObject({
        request_id: expect.stringMatching(/^req-/),
        user_id: expect.stringMatching(/^[0-9a-f]{32}$/),
        project_id: expect.stringMatching(/^[0-9a-f]{32}$/),
        status: expect.any(Number),
      });
    }
  });

  it("writes no token, signature or password into any log", () => {
    const { output } = spawnSync("sh", ["-c", `cat ${runtime.home}/log/*.log`], {
      encoding: "utf8",
      maxBuffer: 1e9,
    });
    const text = output.join("");
    expect(text.length).toBeGreaterThan(1000);
    for (const secret of [demo.token, "X-Amz-Signature", "X-Amz-Security-Token", "eyJ", '"password"']) {
      expect(text.includes(secret), secret.slice(0, 20)).toBe(false);
    }
  });
});

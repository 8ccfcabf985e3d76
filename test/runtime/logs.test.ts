import { randomBytes } from "node:crypto";
import { readFileSync, truncateSync } from "node:fs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { homeAt } from "../../infra/local/home.ts";
import type { Principal } from "../../infra/local-aws/iam/principal.ts";
import { readAssembly } from "../../infra/local-aws/template/assembly.ts";
import { readDeployment } from "../../infra/local-aws/template/deployment.ts";
import { pseudoParameters } from "../../infra/local-aws/template/pseudo-parameters.ts";
import { fileOf } from "./home-storage.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";
import { type LogLine, logsOf } from "./log-lines.ts";
import { fireJob, runJob } from "./run-job.ts";

let runtime: LocalRuntime;
let demo: ImageClient;
let logs: ReadonlyMap<string, readonly LogLine[]>;
/** What must be in no log. */
const secrets: string[] = [
  "X-Amz-Signature",
  "X-Amz-Security-Token",
  "X-Amz-Credential",
  '"password"',
  "eyJ",
];
const images = { unhashed: "", wrong: "", deleted: "", abandoned: "", damaged: "" };
const data = randomBytes(200_000);

const post = async (path: string, body: unknown, headers = {}) => {
  const answer = await demo.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  return (await answer.json()) as { id: string; token: string; parts: { url: string }[] };
};

async function transferOf(id: string) {
  const { id: transfer, token } = await post(`/v2/images/${id}/transfers`, { size: data.length, lease: 60 });
  secrets.push(token);
  return { path: `/v2/images/${id}/transfers/${transfer}`, transfer, token };
}

/** An image whose upload states these hashes. */
async function uploaded(statement: Record<string, string>): Promise<string> {
  const id = await demo.create();
  const { path, token } = await transferOf(id);
  const headers = { "X-Image-Transfer-Token": token };
  const { parts } = await post(`${path}/parts`, { parts: [{ number: 1, size: data.length }] }, headers);
  await fetch(parts[0]?.url ?? "", { method: "PUT", body: data });
  await post(`${path}/complete`, { size: data.length, ...statement }, headers);
  return id;
}

const patience = { timeout: 30_000, interval: 100 };
const untilStatus = (id: string, status: string) =>
  vi.waitFor(async () => expect((await demo.show(id)).status).toBe(status), patience);

/** A transfer whose lease is over, by the rights of the function that renews leases. */
async function endLease(id: string, transfer: string): Promise<void> {
  const home = homeAt(runtime.home);
  const { json } = JSON.parse(readFileSync(home.runtime, "utf8")) as { json: string };
  const keys = JSON.parse(readFileSync(home.keys, "utf8")) as Record<string, Principal>;
  const credentials = keys.transfers;
  if (!credentials) throw new Error("the function has no keys");
  const client = new DynamoDBClient({ endpoint: json, region: pseudoParameters.region, credentials });
  const [table] = readDeployment(readAssembly(home.assembly), json).tables;
  await DynamoDBDocumentClient.from(client).send(
    new UpdateCommand({
      TableName: table?.name,
      Key: { pk: `image#${id}`, sk: `transfer#${transfer}` },
      UpdateExpression: "SET expires_at = :past",
      ExpressionAttributeValues: { ":past": "2020-01-01T00:00:00.000Z" },
    }),
  );
  client.destroy();
}

const linesOf = (log: string, id: string) =>
  (logs.get(log) ?? []).filter((line) => JSON.stringify(line).includes(id));

beforeAll(async () => {
  runtime = await startRuntime({
    environment: {
      GLANCE_COMPLETION_RECOVERY_DELAY: "1",
      GLANCE_DELAYED_DELETE: "true",
      GLANCE_PURGE_AGE_IN_DAYS: "0",
      GLANCE_PURGE_IMAGES_TABLE_AGE_IN_DAYS: "0",
      GLANCE_DELETED_BYTES_RETENTION_DAYS: "0",
    },
  });
  demo = await logIn(runtime.url, "demo");
  secrets.push(demo.token);
  const jobs = async (...names: string[]) => {
    for (const name of names)
      expect(await fireJob(runtime.home, name), name).toMatchObject({ status: 200, body: { failed: 0 } });
  };
  await jobs("reaper");
  images.unhashed = await uploaded({});
  images.wrong = await uploaded({ checksum: "0".repeat(32), os_hash_value: "0".repeat(128) });
  images.abandoned = await demo.create();
  const { transfer } = await transferOf(images.abandoned);
  images.damaged = await demo.create();
  const other = randomBytes(100_000);
  await demo.upload(images.damaged, other);
  images.deleted = await demo.create({ name: "deleted" });
  await demo.upload(images.deleted, randomBytes(1000));
  await demo.fetch(`/v2/images/${images.deleted}`, { method: "DELETE" });
  await untilStatus(images.unhashed, "active");
  await untilStatus(images.wrong, "deactivated");
  await endLease(images.abandoned, transfer);
  await jobs("scrubber", "reaper");
  truncateSync(fileOf(runtime.home, other), 10);
  // What the scrubber cut loose must be gone before anything of the image is purged.
  await vi.waitFor(() => {
    logs = logsOf(runtime.home);
    expect(linesOf("workers-delete", images.deleted)).not.toEqual([]);
  }, patience);
  await jobs("purge");
  // As an operator fires it: its pass is not due yet.
  await runJob(runtime.home, "auditor-deep");
  await jobs("auditor-light", "outbox");
  for (const path of ["/v2/images/none", "/v2/images?limit=none"]) await demo.fetch(path);
  await demo.fetch("/v2/images", { headers: { "X-Auth-Token": "wrong" } });
  await runtime.stop();
  logs = logsOf(runtime.home);
}, 90_000);
afterAll(async () => {
  if (runtime?.process.exitCode === null) await runtime.stop();
  runtime?.remove();
});

it("every request is told with user, project and answer, and what was made by its place", () => {
  const answers = logs.get("images")?.filter(({ message }) => message === "answered") ?? [];
  const made = answers.filter(({ method, status }) => method === "POST" && status === 201);
  expect(made.map(({ location }) => String(location).split("/").at(-1))).toEqual(
    expect.arrayContaining(Object.values(images)),
  );
  for (const line of answers)
    expect(line).toMatchObject({
      request_id: expect.stringMatching(/^req-/),
      user_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      project_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      status: expect.any(Number),
    });
  const refused = logs.get("images")?.filter(({ message }) => message === "refused") ?? [];
  expect(refused.map(({ status }) => status)).toEqual(expect.arrayContaining([400, 401, 404]));
  for (const line of refused) expect(line).toMatchObject({ reason: expect.stringMatching(/./) });
});

it.each([
  ["unhashed", "activated", { checksum: expect.stringMatching(/^[0-9a-f]{32}$/) }],
  ["wrong", "mismatch", { stated_md5: "0".repeat(32), stored_md5: expect.any(String) }],
  ["damaged", "verified", { stored_md5: expect.any(String) }],
] as const)("what became of the bytes of the image %s: %s", (name, result, evidence) => {
  const line = linesOf("workers-finalize", images[name]).find((one) => one.result === result);
  expect(line).toMatchObject({
    message: "handled",
    image_id: images[name],
    transfer_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    why: expect.stringMatching(/ /),
    evidence: { size: expect.any(Number), transfer_state: "complete", ...evidence },
  });
});

it("whose bytes were deleted, and why it was allowed", () => {
  expect(linesOf("workers-delete", images.deleted)).toContainEqual(
    expect.objectContaining({
      message: "handled",
      image_id: images.deleted,
      result: "removed",
      why: expect.stringMatching(/ /),
      evidence: expect.objectContaining({ image_status: "deleted", object_key: expect.any(String) }),
    }),
  );
});

it.each([
  ["upkeep-scrubber", "deleted", "scrub image"],
  ["upkeep-reaper", "abandoned", "release"],
  ["upkeep-purge", "deleted", "purge"],
  ["upkeep-auditor-deep", "damaged", "quarantine"],
] as const)("%s says of the image that is %s why it did what it did", (log, name, decision) => {
  expect(linesOf(log, images[name])).toContainEqual(
    expect.objectContaining({
      message: "decided",
      decision: expect.stringContaining(decision),
      why: expect.stringMatching(/\w/),
      evidence: expect.anything(),
      result: "done",
    }),
  );
  const results = logs.get(log)?.filter(({ message }) => message === "result") ?? [];
  expect(results.at(-1)).toMatchObject({ examined: expect.any(Number), failed: 0 });
});

it("whose notifications were delivered", () => {
  const delivered = [...(logs.get("workers-notify") ?? []), ...(logs.get("upkeep-outbox") ?? [])];
  const ids = delivered.flatMap(({ subjects }) => (Array.isArray(subjects) ? subjects : []));
  expect(ids).toEqual(expect.arrayContaining([images.unhashed, images.deleted]));
});

it("who asked AWS for what, and what went over the wire", () => {
  for (const line of logs.get("aws-calls") ?? [])
    expect(line).toMatchObject({ principal: expect.any(String), status: expect.any(Number) });
  for (const log of ["gateway", "ingress"]) expect(logs.get(log)?.length, log).toBeGreaterThan(10);
});

it("no line says that a part of it was left out, and none holds a secret", () => {
  for (const [log, lines] of logs) {
    const text = JSON.stringify(lines);
    expect(text.includes("reserved key"), log).toBe(false);
    for (const secret of secrets) expect(text.includes(secret), `${log}: ${secret.slice(0, 20)}`).toBe(false);
  }
  expect([...logs.values()].flat().length).toBeGreaterThan(200);
});

import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, expect, it } from "vitest";
import { imageOf } from "../../shared/images/adapters/dynamodb/image-item.ts";
import { indexEntries, listPartition } from "../../shared/images/adapters/dynamodb/keys.ts";
import { createMachine } from "../client/imagectl-process.ts";
import { fileOf, inBucket, inTable, type StoredItem } from "./home-storage.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, newHome, startRuntime } from "./local-runtime.ts";
import { runJob } from "./run-job.ts";

/** Older than the graces, younger than the bucket's lifecycle rule for multipart uploads. */
const AGO_MS = 7.5 * 86_400_000;
const names = ["whole", "missing", "cut", "flipped", "unlisted", "stuck", "half deleted"] as const;
type Name = (typeof names)[number];

const home = newHome();
const environment = {
  GLANCE_USER_STORAGE_QUOTA: "1GB",
  GLANCE_REAPER_MAX_ORPHAN_PERCENT: "100",
  GLANCE_DELETED_BYTES_RETENTION_DAYS: "0",
};
let runtime: LocalRuntime | undefined;
afterAll(async () => {
  if (runtime?.process.exitCode === null) await runtime.stop();
  rmSync(home, { recursive: true, force: true });
});

/** An image of each name, all but `stuck` with bytes. */
async function upload(demo: ImageClient) {
  const made = {} as Record<Name, { id: string; data: Buffer }>;
  for (const name of names) {
    const data = randomBytes(50_000);
    const id = await demo.create({ name });
    if (name !== "stuck") await demo.upload(id, data);
    made[name] = { id, data };
  }
  return made;
}

/** Everything that can go wrong in the table at once, past the service; all images of some days ago. */
const damageTable = (images: Record<Name, { id: string }>) =>
  inTable(home, async ({ documents, TableName, items }) => {
    const put = (Item: StoredItem) => documents.send(new PutCommand({ TableName, Item }));
    const remove = (Key: { pk: string; sk: string }) => documents.send(new DeleteCommand({ TableName, Key }));
    const old = new Date(Date.now() - AGO_MS).toISOString();
    const itemOf = (name: Name) => {
      const found = items.find(({ pk, sk }) => pk === `image#${images[name].id}` && sk === "image");
      if (!found) throw new Error(`no record of ${name}`);
      return { ...found, updated_at: old };
    };
    for (const name of names) await put(itemOf(name));
    const unlisted = imageOf(itemOf("unlisted"));
    await remove(indexEntries(unlisted)[0] ?? { pk: "", sk: "" });
    await put({ ...(indexEntries({ ...unlisted, id: randomUUID() })[1] ?? { pk: "", sk: "" }) });
    await put({ ...itemOf("stuck"), status: "saving", transfer_id: randomUUID() });
    const half = itemOf("half deleted");
    const deleted = { ...half, status: "deleted", deleted_at: old };
    for (const key of indexEntries(imageOf(half))) await remove(key);
    for (const key of indexEntries(imageOf(deleted))) await put({ ...key });
    await put(deleted);
    const counter = items.find(({ pk }) => pk.startsWith("usage#"));
    if (!counter) throw new Error("usage is not counted");
    await put({ ...counter, image_count_total: 77 });
  });

function damageFiles({ missing, cut, flipped }: Record<Name, { data: Buffer }>) {
  rmSync(fileOf(home, missing.data));
  truncateSync(fileOf(home, cut.data), 1000);
  const file = fileOf(home, flipped.data);
  const bytes = readFileSync(file);
  bytes[30_000] = (bytes[30_000] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

const key = () => `${randomUUID()}/${randomUUID()}`;
const addOrphans = () =>
  inBucket(home, AGO_MS, async (client, Bucket) => {
    await client.send(new PutObjectCommand({ Bucket, Key: key(), Body: "rubbish" }));
    await client.send(new CreateMultipartUploadCommand({ Bucket, Key: key() }));
  });
const contents = () =>
  inBucket(home, 0, async (client, Bucket) => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    const isImage = (object: string) => !object.startsWith("upkeep/");
    return {
      images: Contents.flatMap(({ Key = "" }) => (isImage(Key) ? [Key.split("/")[0]] : [])),
      uploads: Uploads.length,
    };
  });

const tellings = (): Record<string, unknown>[] =>
  readFileSync(join(home, "events", "events.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line.includes("image.audit.finding"))
    .map((line) => JSON.parse(line).detail.payload);

const denied = (): string[] =>
  readFileSync(join(home, "log", "aws-calls.log"), "utf8")
    .split("\n")
    .filter((line) => line.includes("AccessDenied"));

it("one pass of each auditor and the reaper finds all damage at once, and mends or quarantines it", async () => {
  runtime = await startRuntime({ home, environment });
  const { port } = runtime;
  const images = await upload(await logIn(runtime.url, "demo"));
  // Table and bucket meet, and nothing is wrong.
  for (const job of ["reaper", "auditor-light", "auditor-deep"])
    expect(await runJob(home, job), job).toMatchObject({ acted: 0, failed: 0 });
  await runtime.stop();
  damageFiles(images);
  await damageTable(images);
  await addOrphans();

  runtime = await startRuntime({ home, port, environment });
  for (const job of ["auditor-light", "auditor-deep", "reaper"])
    expect(await runJob(home, job), job).toMatchObject({ failed: 0 });
  const subjects = Object.fromEntries(Object.entries(images).map(([name, { id }]) => [id, name]));
  const expected = [
    ["bytes-left-over", "mended", "half deleted"],
    ["hash-mismatch", "quarantined", "flipped"],
    ["image-stuck", "mended", "stuck"],
    ["list-entry-left-over", "mended", undefined],
    ["list-entry-missing", "mended", "unlisted"],
    ["object-missing", "quarantined", "missing"],
    ["size-mismatch", "quarantined", "cut"],
    ["usage-wrong", "mended", undefined],
  ];
  const machine = createMachine({ OS_CLIENT_CONFIG_FILE: join(home, "clouds.yaml"), OS_CLOUD: "admin" });
  const findings = (await machine.json("audit")) as unknown as Record<string, string>[];
  machine.remove();
  expect(findings.map(({ kind, state, image_id = "" }) => [kind, state, subjects[image_id]]).sort()).toEqual(
    expected,
  );

  // The auditors send no hints: the job tells what is some seconds old.
  await sleep(5500);
  await runJob(home, "outbox");
  expect(
    tellings()
      .map(({ kind, state }) => [kind, state])
      .sort(),
  ).toEqual(expected.map(([kind, state]) => [kind, state]));

  const demo = await logIn(runtime.url, "demo");
  const statuses = await Promise.all(
    names
      .filter((name) => name !== "half deleted")
      .map(async (name) => (await demo.show(images[name].id)).status),
  );
  expect(statuses).toEqual(["active", "deactivated", "deactivated", "deactivated", "active", "queued"]);
  const listed = (await (await demo.fetch("/v2/images?name=unlisted")).json()) as {
    images: { id: string }[];
  };
  expect(listed.images.map(({ id }) => id)).toEqual([images.unlisted.id]);
  expect(await (await demo.fetch("/v2/info/usage")).text()).not.toContain("77");

  // Nothing is left to do, for the updaters neither.
  for (const job of ["auditor-light", "index-rebuild", "usage-recount", "item-migration"])
    expect(await runJob(home, job), job).toMatchObject({ acted: 0, failed: 0 });
  expect(denied()).toEqual([]);
  await runtime.stop();
  const { images: kept, uploads } = await contents();
  expect(uploads).toBe(0);
  // An object whose file is gone is listed still.
  expect(kept.map((id = "") => subjects[id] ?? id).sort()).toEqual([
    "cut",
    "flipped",
    "missing",
    "unlisted",
    "whole",
  ]);
  await inTable(home, async ({ items }) => {
    const everything = listPartition({ kind: "everything" }, "created_at");
    expect(items.filter(({ pk }) => pk === everything)).toHaveLength(names.length - 1);
    expect(items.filter(({ pk }) => pk === "deletions#pending")).toEqual([]);
  });
}, 240_000);

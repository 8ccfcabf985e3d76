import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { clientsOf } from "../clients/clients-of.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, newHome, startRuntime } from "./local-runtime.ts";
import { runJob } from "./run-job.ts";
import { swiftAccount } from "./swift-account.ts";

/** Stores on Swift's own API (test/reference/stack/swift-up.sh, which prints this variable), beside buckets. */
const url = process.env.TEST_SWIFT_URL;
if (url === undefined) {
  throw new Error("TEST_SWIFT_URL is not set: start Swift with test/reference/stack/swift-up.sh and name it");
}
const MIB = 1024 ** 2;
const KEY = `key-of-urls-${Date.now()}`;
const container = `stores-${Date.now()}`;
const hidden = `${container}-hidden`;
const login = { type: "swift", auth_url: `${url}/auth/v1.0`, auth_version: 1, create_container_on_put: true };
const keys = { username: "test:tester", password: "testing", temp_url_key: KEY };
const environment = {
  GLANCE_ENABLED_BACKENDS: JSON.stringify([
    { id: "fast", type: "s3" },
    { id: "swift", ...login, container, sees_tokens: true },
    { id: "hidden", ...login, container: hidden },
  ]),
  GLANCE_DEFAULT_BACKEND: "fast",
  GLANCE_IMAGE_CACHE_DIR: "cache",
  GLANCE_STORE_KEYS: JSON.stringify({ swift: keys, hidden: keys }),
  GLANCE_SHOW_MULTIPLE_LOCATIONS: "true",
};

let runtime: LocalRuntime;
let demo: ImageClient;
let admin: ImageClient;
let swift: Awaited<ReturnType<typeof swiftAccount>>;
const home = newHome();
const file = join(home, "disk.raw");
const bytes = randomBytes(20 * MIB + 7);

const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 100 });
const isActiveIn = (id: string, stores: string) =>
  until(async () => expect(await demo.show(id)).toMatchObject({ status: "active", stores }));
const downloaded = async (id: string) => Buffer.from(await demo.download(id));
const remove = async (id: string) =>
  expect((await admin.fetch(`/v2/images/${id}`, { method: "DELETE" })).status).toBe(204);
const from = async (store: string, id: string) =>
  Buffer.from(
    await (await admin.fetch(`/v2/images/${id}/file?prefer=${store}`, { redirect: "follow" })).arrayBuffer(),
  );
const copyTo = async (id: string, copies: string) => {
  const patched = await admin.fetch(`/v2/images/${id}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/openstack-images-v2.1-json-patch" },
    body: JSON.stringify([{ op: "add", path: "/os_glance_copies", value: copies }]),
  });
  expect(patched.status).toBe(200);
  await runJob(home, "copies");
};
const upload = async (store: string, body: Uint8Array) => {
  const id = await demo.create();
  const { status } = await demo.fetch(`/v2/images/${id}/file`, {
    method: "PUT",
    headers: { "Content-Type": "application/octet-stream", "X-Image-Meta-Store": store },
    body: body as Uint8Array<ArrayBuffer>,
  });
  expect(status).toBe(204);
  await isActiveIn(id, store);
  return id;
};

beforeAll(async () => {
  swift = await swiftAccount(url);
  writeFileSync(file, bytes);
  runtime = await startRuntime({ home, environment });
  demo = await logIn(runtime.url, "demo");
  admin = await logIn(runtime.url, "admin");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

test("what is not set up yet says so, and works as soon as it is", async () => {
  await swift.call("POST", "", { "X-Account-Meta-Temp-URL-Key": "another" });
  const id = await upload("swift", Buffer.from("small"));
  const answer = await demo.fetch(`/v2/images/${id}/file`, { redirect: "manual" });
  expect([answer.status, await answer.text()]).toEqual([
    500,
    expect.stringContaining("its account has not the temp_url_key of its secret as Temp-URL-Key"),
  ]);
  await swift.call("POST", "", { "X-Account-Meta-Temp-URL-Key": KEY });
  expect((await downloaded(id)).toString()).toBe("small");
  await remove(id);
  await until(async () => expect(await swift.objects(container)).toEqual([]));
});

describe("clients", () => {
  const ids: string[] = [];
  const stored = async (id: string) => {
    ids.push(id);
    await isActiveIn(id, "swift");
    expect((await downloaded(id)).equals(bytes)).toBe(true);
  };

  test("glance uploads to Swift in presigned parts, and reads what came", async () => {
    const clients = clientsOf(home);
    const id = await demo.create();
    await clients.glance("demo", `image-upload --file ${file} --store swift ${id}`);
    await stored(id);
    const out = join(home, "out");
    await clients.openstack("demo", `image save --file ${out} ${id}`);
    expect(readFileSync(out).equals(bytes)).toBe(true);
    rmSync(out);
    const [place] = ((await admin.show(id)) as unknown as { locations: { url: string }[] }).locations;
    expect(place?.url).toMatch(new RegExp(`^swift\\+${url}/auth/v1.0/${container}/${id}/`));
    const { stores } = (await (await admin.fetch("/v2/info/stores/detail")).json()) as { stores: unknown[] };
    expect(stores[1]).toMatchObject({ id: "swift", type: "swift", properties: { container } });
  });

  test("imagectl uploads parts at once, and downloads", async () => {
    const imagectl = (words: string) =>
      clientsOf(home).command(
        "demo",
        `cd ${process.cwd()} && OS_CLIENT_CONFIG_FILE=${home}/clouds.yaml node client/imagectl.ts --os-cloud demo ${words}`,
      );
    const said = await imagectl(`upload ${file} --disk-format raw --store swift --quiet --json`);
    const { image_id: id } = JSON.parse(said);
    await stored(id);
    await imagectl(`download ${id} ${join(home, "out")} --quiet`);
    expect(readFileSync(join(home, "out")).equals(bytes)).toBe(true);
  });

  test("audits find all in order, and deletion leaves no object and no segment", async () => {
    expect(await swift.objects(container)).toHaveLength(ids.length);
    expect(await swift.uploads(container)).toHaveLength(ids.length);
    for (const job of ["auditor-deep", "auditor-light", "reaper"])
      expect(await runJob(home, job), job).toMatchObject({ acted: 0, failed: 0 });
    for (const id of ids) await remove(id);
    await until(async () => expect(await swift.objects(container)).toEqual([]));
    await until(async () => expect(await swift.uploads(container)).toEqual([]));
  });
});

test("an upload that is given up leaves nothing in Swift", async () => {
  const id = await demo.create();
  const opened = await demo.fetch(`/v2/images/${id}/transfers`, {
    method: "POST",
    body: JSON.stringify({ size: bytes.length, store: "swift" }),
  });
  expect(opened.status).toBe(201);
  expect(await swift.uploads(container)).toHaveLength(1);
  await remove(id);
  await until(async () => expect(await swift.uploads(container)).toEqual([]));
});

test("a store whose host may see no tokens is read from a copy in the cache", async () => {
  const id = await upload("hidden", bytes);
  const { status } = await demo.fetch(`/v2/images/${id}/file`, { redirect: "manual" });
  expect([503, 302]).toContain(status);
  expect((await downloaded(id)).equals(bytes)).toBe(true);
  const { headers } = await fetch(`${runtime.gatewayUrl}/v2/images/${id}/file`, {
    headers: { "X-Auth-Token": demo.token },
    redirect: "manual",
  });
  expect(headers.get("location")).not.toContain(new URL(url).host);
  // Inside of Swift the bytes do not come through the worker.
  await copyTo(id, "swift:1");
  await isActiveIn(id, "hidden,swift");
  expect((await from("swift", id)).equals(bytes)).toBe(true);
  await remove(id);
  await until(async () => expect(await swift.objects(hidden)).toEqual([]));
  await until(async () => expect(await swift.uploads(hidden)).toEqual([]));
});

test("copies go from Swift to S3 and back", async () => {
  await swift.call("POST", "", { "X-Account-Meta-Temp-URL-Key": KEY });
  const id = await upload("swift", bytes);
  await copyTo(id, "fast:1");
  await isActiveIn(id, "swift,fast");
  expect((await from("fast", id)).equals(bytes)).toBe(true);
  expect((await admin.fetch(`/v2/stores/swift/${id}`, { method: "DELETE" })).status).toBe(204);
  await until(async () => expect(await swift.objects(container)).toEqual([]));
  await copyTo(id, "swift:1");
  await isActiveIn(id, "fast,swift");
  expect((await from("swift", id)).equals(bytes)).toBe(true);
  await remove(id);
  await until(async () => expect(await swift.objects(container)).toEqual([]));
  await until(async () => expect(await swift.uploads(container)).toEqual([]));
});

import { createHash, randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Source, startSource } from "./http-source.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";
import { storedFiles } from "./stored-files.ts";

const data = randomBytes(100_000);
const sha512 = createHash("sha512").update(data).digest("hex");
let source: Source;
let runtime: LocalRuntime;
let demo: ImageClient;
let admin: ImageClient;

beforeAll(async () => {
  source = await startSource(data);
  runtime = await startRuntime({
    environment: {
      GLANCE_ENABLED_BACKENDS: "fast:s3,web:http",
      GLANCE_DEFAULT_BACKEND: "fast",
      GLANCE_SHOW_MULTIPLE_LOCATIONS: "true",
      GLANCE_SHOW_IMAGE_DIRECT_URL: "true",
      GLANCE_IMPORT_ALLOWED_NETWORKS: "127.0.0.1/32",
      GLANCE_ALLOWED_PORTS: `80,443,${new URL(source.url).port}`,
      GLANCE_IMAGE_CACHE_DIR: "cache",
    },
  });
  demo = await logIn(runtime.url, "demo");
  admin = await logIn(runtime.url, "admin");
});
afterAll(async () => {
  await source?.close();
  await runtime?.stop();
  runtime?.remove();
});

const json = { "Content-Type": "application/json" };
const v21 = { "Content-Type": "application/openstack-images-v2.1-json-patch" };
const register = (id: string, body: unknown, client = demo) =>
  client.fetch(`/v2/images/${id}/locations`, { method: "POST", headers: json, body: JSON.stringify(body) });
const patch = (id: string, changes: readonly unknown[], client = demo) =>
  client.fetch(`/v2/images/${id}`, { method: "PATCH", headers: v21, body: JSON.stringify(changes) });

describe("data at another host", () => {
  it("is read, compared, hashed, shown and served from a copy, and nobody's token goes there", async () => {
    const id = await demo.create();
    const validation_data = { os_hash_algo: "sha512", os_hash_value: sha512 };
    expect((await register(id, { url: source.url, validation_data })).status).toBe(202);
    await vi.waitFor(async () => expect((await demo.show(id)).status).toBe("active"), 20_000);
    expect(await demo.show(id)).toMatchObject({
      size: data.length,
      os_hash_value: sha512,
      stores: "web",
      direct_url: source.url,
      locations: [{ url: source.url, metadata: { store: "web" } }],
    });
    await vi.waitFor(async () => {
      expect((await demo.fetch(`/v2/images/${id}/file`)).status).toBe(302);
    }, 20_000);
    expect(Buffer.from(await demo.download(id)).equals(data)).toBe(true);
    expect((await demo.fetch(`/v2/images/${id}`, { method: "DELETE" })).status).toBe(204);
    expect(source.asked.length).toBeGreaterThan(2);
    const names = new Set(source.asked.flatMap(Object.keys));
    expect([...names].filter((name) => /token|authorization|cookie|x-/.test(name))).toEqual([]);
  });

  it("with another hash than was said leaves the image queued", async () => {
    const id = await demo.create();
    const validation_data = { os_hash_algo: "sha512", os_hash_value: "0".repeat(128) };
    expect((await register(id, { url: source.url, validation_data })).status).toBe(202);
    await vi.waitFor(async () => expect((await demo.show(id)).status).toBe("queued"), 20_000);
    expect(await demo.show(id)).toMatchObject({ size: null, os_hash_value: null, locations: [] });
  });

  it("without a hash is in use at once, and gets its hashes", async () => {
    const id = await demo.create();
    expect((await register(id, { url: source.url })).status).toBe(202);
    expect((await demo.show(id)).status).toBe("active");
    await vi.waitFor(async () => expect((await demo.show(id)).os_hash_value).toBe(sha512), 20_000);
  });

  it.each([
    ["http://169.254.169.254/latest/meta-data", "169.254.169.254"],
    ["http://127.0.0.2/data", "127.0.0.2"],
    ["http://2130706433/data", "usual form"],
    ["http://user:word@127.0.0.1/data", "user name"],
    ["http://127.0.0.1:9/data", "port 9"],
    ["file:///etc/passwd", "http and https"],
  ])("at %s is not looked at, in either form", async (url, reason) => {
    const id = await demo.create();
    const before = source.asked.length;
    const changes = [{ op: "add", path: "/locations/-", value: { url, metadata: {} } }];
    const patched = await patch(id, changes);
    expect([patched.status, await patched.text()]).toEqual([400, expect.stringContaining(reason)]);
    expect((await register(id, { url })).status).toBe(url.startsWith("http") ? 400 : 403);
    expect([(await demo.show(id)).status, source.asked.length]).toEqual(["queued", before]);
  });
});

it("an image has data here and elsewhere, by PATCH, and loses ours only where it is taken away", async () => {
  const id = await demo.create();
  await demo.upload(id, data);
  const value = { url: source.url, metadata: { zone: "a" } };
  expect((await patch(id, [{ op: "add", path: "/locations/-", value }])).status).toBe(200);
  const shown = (await demo.show(id)) as { stores: string; locations: { url: string; metadata: unknown }[] };
  expect(shown.stores).toBe("fast,web");
  expect(shown.locations).toEqual([
    { url: expect.stringMatching(/^s3:\/\/fast\//), metadata: { store: "fast" } },
    { url: source.url, metadata: { store: "web", zone: "a" } },
  ]);
  expect((await demo.fetch(`/v2/images/${id}/file`)).status).toBe(302);
  expect((await patch(id, [{ op: "remove", path: "/locations/1" }])).status).toBe(403);
  expect((await admin.fetch(`/v2/stores/web/${id}`, { method: "DELETE" })).status).toBe(204);
  expect((await patch(id, [{ op: "remove", path: "/locations/0" }], admin)).status).toBe(403);
  expect(Buffer.from(await demo.download(id)).equals(data)).toBe(true);
});

it("an image whose bytes here are lost is served from where it is elsewhere, before any audit has seen it", async () => {
  const id = await demo.create();
  const before = storedFiles(runtime.home);
  await demo.upload(id, data);
  const [lost = "", ...more] = storedFiles(runtime.home).filter((path) => !before.includes(path));
  expect(more).toEqual([]);
  expect(
    (await patch(id, [{ op: "add", path: "/locations/-", value: { url: source.url, metadata: {} } }])).status,
  ).toBe(200);
  rmSync(lost);
  expect(Buffer.from(await demo.download(id)).equals(data)).toBe(true);
});

import { createHash, randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Source, startSource } from "../runtime/http-source.ts";
import { type ImageClient, logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { clientsOf } from "./clients-of.ts";

/* Debian's clients, and data that they must not be led to: at another host, and copied when it is first read. */

const data = randomBytes(3_000_000);
/** Of three parts of a copy. */
const large = randomBytes(40 * 1024 ** 2);
let source: Source;
let slow: Source;
let runtime: LocalRuntime;
let demo: ImageClient;
let admin: ImageClient;
let clients: ReturnType<typeof clientsOf>;

beforeAll(async () => {
  source = await startSource(data);
  slow = await startSource(large);
  runtime = await startRuntime({
    environment: {
      GLANCE_ENABLED_BACKENDS: "fast:s3,web:http",
      GLANCE_DEFAULT_BACKEND: "fast",
      GLANCE_IMPORT_ALLOWED_NETWORKS: "127.0.0.1/32",
      GLANCE_ALLOWED_PORTS: [source, slow].map(({ url }) => new URL(url).port).join(","),
      GLANCE_IMAGE_CACHE_DIR: "cache",
      GLANCE_SHOW_MULTIPLE_LOCATIONS: "true",
    },
  });
  demo = await logIn(runtime.url, "demo");
  admin = await logIn(runtime.url, "admin");
  clients = clientsOf(runtime.home);
});
afterAll(async () => {
  await source?.close();
  await slow?.close();
  await runtime?.stop();
  runtime?.remove();
});

async function registered({ url } = source, bytes = data): Promise<string> {
  const id = await demo.create();
  const os_hash_value = createHash("sha512").update(bytes).digest("hex");
  const body = JSON.stringify({ url, validation_data: { os_hash_algo: "sha512", os_hash_value } });
  const headers = { "Content-Type": "application/json" };
  const answer = await demo.fetch(`/v2/images/${id}/locations`, { method: "POST", headers, body });
  expect(answer.status).toBe(202);
  await vi.waitFor(async () => expect((await demo.show(id)).status).toBe("active"), {
    timeout: 20_000,
    interval: 200,
  });
  return id;
}

/** How often a read of the image was answered so by the service itself. */
const answered = (id: string, status: number): number =>
  readFileSync(join(runtime.home, "log", "data.log"), "utf8")
    .split("\n")
    .filter((line) => line.includes(`/v2/images/${id}/file`) && line.includes(`"status":${status}`)).length;

it("openstack gets the data through the bare gateway: it repeats what is answered 503", async () => {
  const id = await registered();
  const file = join(runtime.home, "openstack.raw");
  const override = `OS_IMAGE_ENDPOINT_OVERRIDE=${runtime.gatewayUrl}`;
  await clients.command("demo", `env ${override} openstack image save --file ${file} ${id}`);
  expect(readFileSync(file).equals(data)).toBe(true);
  expect(answered(id, 503)).toBeGreaterThan(0);
});

it("glance repeats nothing: through the bare gateway it says what to do, and that works", async () => {
  const id = await registered();
  const file = join(runtime.home, "glance.raw");
  const command = `glance --os-image-url ${runtime.gatewayUrl} image-download --file ${file} ${id}`;
  const refusal = await clients.refused("demo", command);
  expect(refusal).toMatch(/503.*is being copied.*Try again in some seconds/s);
  await vi.waitFor(() => clients.command("demo", command), { timeout: 30_000, interval: 1000 });
  expect(readFileSync(file).equals(data)).toBe(true);
});

it("a client behind the ingress sees nothing but its data", async () => {
  const id = await registered();
  const file = join(runtime.home, "ingress.raw");
  await clients.glance("demo", `image-download --file ${file} ${id}`);
  expect(readFileSync(file).equals(data)).toBe(true);
  const fetched = source.asked.length;
  await clients.openstack("demo", `image save --file ${file} ${id}`);
  // The second one comes from the copy.
  expect(source.asked).toHaveLength(fetched);
  const names = new Set(source.asked.flatMap(Object.keys));
  expect([...names].filter((header) => /token|authorization|cookie|^x-/.test(header))).toEqual([]);
});

/** A read through the ingress as it comes. */
async function reading(id: string) {
  const answer = await demo.fetch(`/v2/images/${id}/file`);
  const got: Uint8Array[] = [];
  const read = async () => {
    for await (const chunk of answer.body ?? []) got.push(chunk);
  };
  return { answer, bytes: () => Buffer.concat(got), end: read() };
}

const PART_BYTES = 16 * 1024 ** 2;

it("all who read behind the ingress get what there is of a copy under way, of one download", async () => {
  const id = await registered(slow, large);
  const before = slow.given();
  const release = slow.holdBack(1.5 * PART_BYTES);
  const readers = await Promise.all([reading(id), reading(id)]);
  for (const { answer, bytes } of readers) {
    expect([answer.status, answer.headers.get("content-length")]).toEqual([200, String(large.length)]);
    await vi.waitFor(() => expect(bytes().length).toBeGreaterThan(PART_BYTES * 0.9), 20_000);
    expect(bytes().length).toBeLessThanOrEqual(PART_BYTES);
  }
  const file = join(runtime.home, "followed.raw");
  const glance = clients.glance("demo", `image-download --file ${file} ${id}`);
  await vi.waitFor(() => expect(statSync(file).size).toBeGreaterThan(PART_BYTES * 0.9), 30_000);
  release();
  await glance;
  for (const { bytes, end } of readers) {
    await end;
    expect(bytes().equals(large)).toBe(true);
  }
  expect(readFileSync(file).equals(large)).toBe(true);
  // One download for three readers; some of it again, where the host was silent for too long.
  expect(slow.given() - before).toBeLessThan(1.5 * large.length);
});

it("who reads a copy whose bytes turn out to be others never gets all of them, and nothing is cached", async () => {
  const id = await registered(slow, large);
  const others = Buffer.concat([large.subarray(0, -1), Buffer.of((large.at(-1) ?? 0) ^ 1)]);
  slow.change(others);
  const release = slow.holdBack(1.5 * PART_BYTES);
  const { bytes, end } = await reading(id);
  await vi.waitFor(() => expect(bytes().length).toBeGreaterThan(PART_BYTES * 0.9), 20_000);
  release();
  await expect(end).rejects.toThrow();
  expect(bytes().length).toBeLessThanOrEqual(2 * PART_BYTES);
  expect((await demo.fetch(`/v2/images/${id}/file`)).status).toBe(500);
  const { cached_images } = (await (await admin.fetch("/v2/cache")).json()) as { cached_images: unknown[] };
  expect(JSON.stringify(cached_images)).not.toContain(id);
});

describe("Debian's glance", () => {
  const places = async (id: string) =>
    ((await demo.show(id)) as { locations: { url: string; metadata: Record<string, string> }[] }).locations;
  const metadataOf = async (id: string) =>
    Object.fromEntries(
      (await places(id)).map(({ url, metadata: { store: _, ...metadata } }) => [url, metadata]),
    );
  const formats = { disk_format: "raw", container_format: "bare" };

  it("adds places to an image, changes what is said of them, and takes them away", async () => {
    const id = await demo.create(formats);
    await demo.upload(id, data);
    const [{ url: own = "" } = {}] = await places(id);
    const [one, two] = [source.url, `${source.url}-2`];
    await clients.glance("demo", `location-add --url ${one} --metadata '{"zone":"a"}' ${id}`);
    await clients.glance("demo", `location-add --url ${two} ${id}`);
    expect(await metadataOf(id)).toEqual({ [own]: {}, [one]: { zone: "a" }, [two]: {} });
    expect(await clients.refused("demo", `glance location-add --url ${two} ${id}`)).toContain("400");

    await clients.glance("demo", `location-update --url ${two} --metadata '{"zone":"b"}' ${id}`);
    expect(await metadataOf(id)).toEqual({ [own]: {}, [one]: { zone: "a" }, [two]: { zone: "b" } });
    const unknown = await clients.refused("demo", `glance location-update --url ${one}-none ${id}`);
    expect(unknown).toContain("Unknown URL");

    expect(await clients.refused("demo", `glance location-delete --url ${two} ${id}`)).toContain("403");
    await clients.glance("admin", `location-delete --url ${one} --url ${two} ${id}`);
    expect(await metadataOf(id)).toEqual({ [own]: {} });
    // The last one is never taken.
    expect(await clients.refused("admin", `glance location-delete --url ${own} ${id}`)).toContain("403");
    expect(Buffer.from(await demo.download(id)).equals(data)).toBe(true);
    expect(source.asked.length).toBeGreaterThan(0);
  });

  it("gives an image its data by a place, with the hash that is said; with another one it is not served", async () => {
    const hash = createHash("sha512").update(data).digest("hex");
    const file = join(runtime.home, "placed.raw");
    const download = (id: string) => `glance image-download --file ${file} ${id}`;
    const placed = async (said: string) => {
      const id = await demo.create(formats);
      const add = `location-add --url ${source.url} --hash-algo sha512 --hash-value`;
      expect(await clients.refused("demo", `glance ${add} 00 ${id}`)).toContain("409");
      await clients.glance("demo", `${add} ${said} ${id}`);
      expect(await demo.show(id)).toMatchObject({ status: "active", os_hash_value: said, stores: "web" });
      return id;
    };
    await clients.command("demo", download(await placed(hash)));
    expect(readFileSync(file).equals(data)).toBe(true);
    expect(await clients.refused("demo", download(await placed("0".repeat(128))))).toContain("500");
  });
});

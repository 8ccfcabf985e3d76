import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Source, startSource } from "../runtime/http-source.ts";
import { type ImageClient, logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { clientsOf } from "./clients-of.ts";

/* Debian's clients, and data that they must not be led to: at another host, and copied when it is first read. */

const data = randomBytes(3_000_000);
const os_hash_value = createHash("sha512").update(data).digest("hex");
let source: Source;
let runtime: LocalRuntime;
let demo: ImageClient;
let clients: ReturnType<typeof clientsOf>;

beforeAll(async () => {
  source = await startSource(data);
  runtime = await startRuntime({
    environment: {
      GLANCE_ENABLED_BACKENDS: "fast:s3,web:http",
      GLANCE_DEFAULT_BACKEND: "fast",
      GLANCE_IMPORT_ALLOWED_NETWORKS: "127.0.0.1/32",
      GLANCE_ALLOWED_PORTS: new URL(source.url).port,
      GLANCE_IMAGE_CACHE_DIR: "cache",
    },
  });
  demo = await logIn(runtime.url, "demo");
  clients = clientsOf(runtime.home);
});
afterAll(async () => {
  await source?.close();
  await runtime?.stop();
  runtime?.remove();
});

async function registered(): Promise<string> {
  const id = await demo.create();
  const validation_data = { os_hash_algo: "sha512", os_hash_value };
  const body = JSON.stringify({ url: source.url, validation_data });
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

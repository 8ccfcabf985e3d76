import { createHash, randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clientWith, type ImageClient } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { send } from "./differential/http-request.ts";
import { requireReference } from "./differential/reference.ts";
import { type RecordedGlance, startRecordedGlance } from "./imports/recorded-glance.ts";
import { type CallerName, type Callers, keystoneOptions, keystoneUrl } from "./rbac/callers.ts";

/** glance-download from the real Glance, which the catalog of the real Keystone names. */
const PATIENCE_MS = 40_000;
const data = randomBytes(3_000_000);
/** Where the catalog has a Glance that redirects to its store. */
const region = `Redirecting-${randomUUID()}`;
const offered = {
  hw_disk_bus: "scsi",
  os_distro: "debian",
  "trait:HW_CPU_X86_AVX2": "required",
  note: "own",
};

let callers: Callers;
let glanceUrl: string;
let recorded: RecordedGlance;
let runtime: LocalRuntime;
let endpointPath: string;
let source: string;

const as = (caller: CallerName, url = runtime.url): ImageClient =>
  clientWith(url, callers.headersOf(caller)["X-Auth-Token"] ?? "");

async function askKeystone(method: string, path: string, document?: object): Promise<Buffer> {
  const headers = { ...callers.headersOf("admin"), "Content-Type": "application/json" };
  const body = document && JSON.stringify(document);
  const answer = await send({ method, url: `${keystoneUrl}${path}`, headers, ...(body && { body }) });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
  return answer.body;
}

beforeAll(async () => {
  ({ url: glanceUrl, callers } = await requireReference());
  recorded = await startRecordedGlance(glanceUrl);
  const { services } = JSON.parse(String(await askKeystone("GET", "/services?type=image")));
  await askKeystone("POST", "/regions", { region: { id: region } });
  const endpoint = { region_id: region, interface: "public", url: recorded.url, service_id: services[0].id };
  const made = JSON.parse(String(await askKeystone("POST", "/endpoints", { endpoint })));
  endpointPath = `/endpoints/${made.endpoint.id}`;
  runtime = await startRuntime({
    environment: {
      ...keystoneOptions(keystoneUrl),
      GLANCE_ENABLED_IMPORT_METHODS: "web-download,glance-download",
      GLANCE_IMPORT_ALLOWED_NETWORKS: "127.0.0.1/32",
      GLANCE_ALLOWED_PORTS: [new URL(glanceUrl).port, recorded.port, recorded.storePort].join(","),
    },
  });
  const demo = as("demo", glanceUrl);
  source = await demo.create({ ...offered, disk_format: "raw", container_format: "ovf" });
  expect((await demo.upload(source, data)).status).toBe(204);
});
afterAll(async () => {
  if (endpointPath) {
    await askKeystone("DELETE", endpointPath);
    await askKeystone("DELETE", `/regions/${region}`);
  }
  if (source) await as("demo", glanceUrl).fetch(`/v2/images/${source}`, { method: "DELETE" });
  await recorded?.close();
  await runtime?.stop();
  runtime?.remove();
});

/** An image with attributes of its own, after an import, with its task's message. */
async function imported(client: ImageClient, from = "RegionOne") {
  const id = await client.create({ container_format: "bare", hw_disk_bus: "ide", hw_rng_model: "virtio" });
  const method = { name: "glance-download", glance_region: from, glance_image_id: source };
  const answer = await client.fetch(`/v2/images/${id}/import`, {
    ...{ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ method }) },
  });
  expect([answer.status, await answer.text()]).toEqual([202, ""]);
  for (const began = Date.now(); ; await sleep(200)) {
    const response = await client.fetch(`/v2/images/${id}/tasks`);
    const [task] = ((await response.json()) as { tasks: { status: string; message: string }[] }).tasks;
    if (task?.status === "success" || task?.status === "failure") {
      return { id, task, image: await client.show(id) };
    }
    if (Date.now() - began > PATIENCE_MS)
      throw new Error(`the import has not ended: ${JSON.stringify(task)}`);
  }
}

const compared = ["status", "size", "checksum", "os_hash_algo", "os_hash_value", "disk_format"] as const;
const taken = ["container_format", "note", ...Object.keys(offered), "hw_rng_model"];

it("brings bytes, formats and properties as the real Glance brings them", async () => {
  const [here, there] = [await imported(as("demo")), await imported(as("demo", glanceUrl))];
  expect(here.task).toMatchObject({ status: "success", message: "" });
  const facets = (image: Record<string, unknown>) =>
    Object.fromEntries([...compared, ...taken].map((name) => [name, image[name]]));
  expect(facets(here.image)).toEqual(facets(there.image));
  expect(here.image).toMatchObject({
    ...{ status: "active", container_format: "ovf", hw_disk_bus: "scsi", hw_rng_model: "virtio" },
    os_hash_value: createHash("sha512").update(data).digest("hex"),
  });
  expect(here.image).not.toHaveProperty("note");
  expect(Buffer.compare(await as("demo").download(here.id), data)).toBe(0);
  await as("demo", glanceUrl).fetch(`/v2/images/${there.id}`, { method: "DELETE" });
});

it("gives the attributes back where the data is not that image's", async () => {
  recorded.serve(randomBytes(data.length));
  const { task, image } = await imported(as("demo"), region);
  expect(task).toMatchObject({ status: "failure", message: expect.stringMatching(/has the sha512 .*, not/) });
  expect(image).toMatchObject({ status: "queued", disk_format: "raw", container_format: "bare" });
  expect(image).toMatchObject({ hw_disk_bus: "ide", hw_rng_model: "virtio", checksum: null });
  expect(image).not.toHaveProperty("os_distro");
});

it("sees no more there than whoever asks", async () => {
  const { task, image } = await imported(as("alt"));
  expect(task).toMatchObject({ status: "failure", message: expect.stringContaining("answers 404") });
  expect(image).toMatchObject({ status: "queued", hw_disk_bus: "ide" });
});

it("tells the token to the Glance of the catalog, and to no host that it redirects to", async () => {
  recorded.serve(data);
  const { id, task } = await imported(as("demo"), region);
  expect(task).toMatchObject({ status: "success", message: "" });
  expect(Buffer.compare(await as("demo").download(id), data)).toBe(0);
  const token = callers.headersOf("demo")["X-Auth-Token"] ?? "none";
  expect(recorded.asked.map(({ headers }) => headers["x-auth-token"])).toContain(token);
  expect(recorded.storeAsked.length).toBeGreaterThan(0);
  for (const { rawHeaders } of recorded.storeAsked) expect(rawHeaders.join()).not.toContain(token);
  expect(runtime.output()).not.toContain(token);
});

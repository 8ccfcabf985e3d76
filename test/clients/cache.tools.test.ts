import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type ImageClient, logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { clientsOf } from "./clients-of.ts";

/* Debian's glance client: its commands for the cache, beside those of imagectl, and what they have done. */

let runtime: LocalRuntime;
let admin: ImageClient;
let clients: ReturnType<typeof clientsOf>;

beforeAll(async () => {
  runtime = await startRuntime({ environment: { GLANCE_IMAGE_CACHE_DIR: "cache" } });
  admin = await logIn(runtime.url, "admin");
  clients = clientsOf(runtime.home);
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const glance = (command: string) => clients.glance("admin", command);
const imagectl = (command: string) => clients.command("admin", `npm run -s imagectl -- ${command}`);

/** The rows that `glance cache-list` prints, by the image: state, last read, cached at, size, hits. */
async function rows(): Promise<ReadonlyMap<string, readonly string[]>> {
  const lines = (await glance("cache-list")).split("\n");
  return new Map(
    lines.flatMap((line) => {
      const [id, ...cells] = line
        .split("|")
        .map((cell) => cell.trim())
        .filter((cell) => cell !== "");
      return id !== undefined && /^[0-9a-f-]{36}$/.test(id) ? [[id, cells] as const] : [];
    }),
  );
}
const isCached = (id: string) =>
  vi.waitFor(async () => expect((await rows()).get(id)?.[0]).toBe("cached"), {
    timeout: 30_000,
    interval: 300,
  });
async function image(size: number): Promise<string> {
  const id = await admin.create();
  await admin.upload(id, randomBytes(size));
  return id;
}

it("an image that is queued is cached within seconds, and listed with what operators look at", async () => {
  const id = await image(1234);
  await glance(`cache-queue ${id}`);
  await isCached(id);
  const [state, lastRead, cachedAt, size, hits] = (await rows()).get(id) ?? [];
  expect([state, lastRead, size, hits]).toEqual(["cached", "N/A", "1234", "0"]);
  expect(Math.abs(Date.now() - Date.parse(`${cachedAt}Z`))).toBeLessThan(120_000);

  const file = join(runtime.home, "downloaded");
  await glance(`image-download --file ${file} ${id}`);
  expect((await rows()).get(id)?.[1]).not.toBe("N/A");
  expect((await rows()).get(id)?.[4]).toBe("1");
});

it("a download alone brings an image into the list", async () => {
  const id = await image(10);
  expect((await rows()).has(id)).toBe(false);
  await glance(`image-download --file ${join(runtime.home, "other")} ${id}`);
  expect((await rows()).get(id)?.[0]).toBe("cached");
});

it("cache-delete takes one image out and leaves it readable; cache-clear takes all", async () => {
  const [one, other] = [await image(10), await image(20)];
  for (const id of [one, other]) await glance(`cache-queue ${id}`);
  for (const id of [one, other]) await isCached(id);
  await glance(`cache-delete ${one}`);
  expect([...(await rows()).keys()]).toContain(other);
  expect([...(await rows()).keys()]).not.toContain(one);
  expect((await admin.download(one)).length).toBe(10);
  await glance("cache-clear --target queue");
  expect((await rows()).has(other)).toBe(true);
  await glance("cache-clear");
  expect((await rows()).size).toBe(0);
});

it("an image that is not active is refused with a reason, and everything to who is no admin", async () => {
  const queued = await admin.create();
  // glance prints the refusal and ends with 0; imagectl does not.
  const refusal = await clients.refused("admin", `npm run -s imagectl -- cache queue ${queued}`);
  expect(refusal).toContain("status active");
  expect(await clients.refused("demo", "glance cache-list")).toContain("403");
});

it("imagectl does the same by names, and prunes and cleans", async () => {
  const id = await image(30);
  const name = "cached by name";
  await admin.fetch(`/v2/images/${id}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/openstack-images-v2.1-json-patch" },
    body: JSON.stringify([{ op: "replace", path: "/name", value: name }]),
  });
  await imagectl(`cache queue '${name}'`);
  await isCached(id);
  expect(JSON.parse(await imagectl("cache list --json")).cached_images).toEqual([
    expect.objectContaining({ image_id: id, size: 30 }),
  ]);
  expect(await imagectl("cache prune")).toContain("0 images");
  await imagectl("cache clean");
  await imagectl(`cache delete '${name}'`);
  expect(await imagectl("cache list")).toContain("nothing is cached");
});

it("an image that is deleted leaves the list by itself", async () => {
  const id = await image(10);
  await glance(`cache-queue ${id}`);
  await isCached(id);
  await glance(`image-delete ${id}`);
  await vi.waitFor(async () => expect((await rows()).has(id)).toBe(false), {
    timeout: 30_000,
    interval: 300,
  });
});

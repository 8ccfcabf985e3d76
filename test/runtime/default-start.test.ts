import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fileOf } from "./home-storage.ts";
import { type Source, startSource } from "./http-source.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, newHome, startRuntime } from "./local-runtime.ts";

/*
 * What somebody finds who types `npm start` and sets nothing, on a home that had one store, and what comes of it when
 * there is one store again.
 */
const home = newHome();
const remote = randomBytes(200_000);
let source: Source;
let runtime: LocalRuntime;
let demo: ImageClient;

const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 100 });

async function start(withLocalDefaults: boolean): Promise<void> {
  await runtime?.stop();
  runtime = await startRuntime({ home, withLocalDefaults });
  demo = await logIn(runtime.url, "demo");
}

async function uploaded(store?: string) {
  const bytes = randomBytes(100_000);
  const id = await demo.create();
  const { status } = await demo.fetch(`/v2/images/${id}/file`, {
    method: "PUT",
    headers: {
      "Content-Type": "application/octet-stream",
      ...(store !== undefined && { "X-Image-Meta-Store": store }),
    },
    body: bytes,
  });
  expect(status).toBe(204);
  expect(await demo.show(id)).toMatchObject({ status: "active" });
  return { id, bytes };
}

const isWhole = async ({ id, bytes }: { id: string; bytes: Buffer }) =>
  expect(Buffer.from(await demo.download(id)).equals(bytes)).toBe(true);

let ofBefore: { id: string; bytes: Buffer };
beforeAll(async () => {
  source = await startSource(remote);
  await start(false);
  ofBefore = await uploaded();
  expect((await demo.fetch("/v2/info/stores")).status).toBe(404);
  await start(true);
});
afterAll(async () => {
  await source?.close();
  await runtime?.stop();
  runtime?.remove();
});

describe("a start without settings", () => {
  const images = new Map<string, { id: string; bytes: Buffer }>();

  it("has two buckets, a folder, and data at other hosts", async () => {
    const { stores } = (await (await demo.fetch("/v2/info/stores")).json()) as { stores: unknown };
    expect(stores).toEqual([
      { id: "fast", default: "true" },
      { id: "cheap" },
      { id: "files" },
      { id: "web", "read-only": "true" },
    ]);
  });

  it.each([[undefined], ["cheap"], ["files"]])("takes an image for %s, and gives it", async (store) => {
    const image = await uploaded(store);
    const { stores } = await demo.show(image.id);
    expect(stores).toBe(store ?? "fast");
    await isWhole(image);
    images.set(store ?? "fast", image);
  });

  it("keeps the images of a folder below the home", () => {
    const { id, bytes } = images.get("files") as { id: string; bytes: Buffer };
    expect(readFileSync(join(home, "stores/files", id)).equals(bytes)).toBe(true);
    expect(fileOf(home, images.get("cheap")?.bytes as Buffer)).toContain("storescheap");
  });

  it("has data brought from a server of this machine, whatever its port", async () => {
    const id = await demo.create();
    const begun = await demo.fetch(`/v2/images/${id}/import`, {
      method: "POST",
      body: JSON.stringify({ method: { name: "web-download", uri: source.url }, all_stores: true }),
    });
    expect(begun.status).toBe(202);
    await until(async () => {
      const { status, stores } = await demo.show(id);
      // In the order in which they got it.
      const inOrder = String(stores).split(",").toSorted();
      expect({ status, inOrder }).toEqual({ status: "active", inOrder: ["cheap", "fast", "files"] });
    });
    await isWhole({ id, bytes: remote });
  });

  it("registers data at a server of this machine, which is read through the cache", async () => {
    const id = await demo.create();
    const placed = await demo.fetch(`/v2/images/${id}/locations`, {
      method: "POST",
      body: JSON.stringify({ url: source.url }),
    });
    expect(placed.status).toBe(202);
    await until(async () => expect(await demo.show(id)).toMatchObject({ status: "active", stores: "web" }));
    await isWhole({ id, bytes: remote });
  });

  it("serves what was there before; with one store again only that, and later all of it", async () => {
    await isWhole(ofBefore);
    await start(false);
    await isWhole(ofBefore);
    for (const [store, { id }] of images) {
      const refused = await demo.fetch(`/v2/images/${id}/file`);
      expect([refused.status, await refused.text()]).toEqual([500, expect.stringContaining(store)]);
      expect(await demo.show(id)).toMatchObject({ status: "active" });
    }
    const meanwhile = await uploaded();
    await start(true);
    for (const image of [ofBefore, meanwhile, ...images.values()]) await isWhole(image);
  });
});

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type ImageClient, logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { launchChromium } from "./chromium.ts";
import { type PageServer, servePage } from "./page-server.ts";
import { writeRandomFile } from "./random-file.ts";

const MEGABYTE = 1_000_000;
const PART = 16 * 1024 ** 2;
const folder = mkdtempSync(join(tmpdir(), "glance-browser-"));
const artifacts = process.env.ARTIFACTS ?? tmpdir();

let site: PageServer;
let runtime: LocalRuntime;
let browser: Browser;
let demo: ImageClient;
const pages: Page[] = [];

beforeAll(async () => {
  mkdirSync(artifacts, { recursive: true });
  browser = await launchChromium();
  site = await servePage();
  runtime = await startRuntime({ environment: { GLANCE_ALLOWED_ORIGIN: site.origin } });
  demo = await logIn(runtime.url, "demo");
});
afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close();
});
afterAll(async () => {
  await browser?.close();
  await runtime?.stop();
  runtime?.remove();
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Visit {
  readonly page: Page;
  /** All that went out or was said, where a token must not be. */
  readonly seen: string[];
  /** Part numbers of PUTs to the store, in the order of their beginning. */
  readonly puts: string[];
}

async function visit(): Promise<Visit> {
  const page = await (await browser.newContext()).newPage();
  pages.push(page);
  page.setDefaultTimeout(120_000);
  const seen: string[] = [];
  const puts: string[] = [];
  page.on("console", (message) => seen.push(message.text()));
  page.on("pageerror", (error) => seen.push(String(error)));
  page.on("request", (request) => {
    seen.push(request.url());
    if (request.method() === "PUT") puts.push(new URL(request.url()).searchParams.get("partNumber") ?? "");
  });
  await page.goto(`${site.origin}/`);
  return { page, seen, puts };
}

async function choose(page: Page, imageId: string, path: string): Promise<void> {
  await page.getByLabel("Image service").fill(runtime.url);
  await page.getByLabel("Token").fill(demo.token);
  await page.getByLabel("Image ID").fill(imageId);
  await page.getByLabel("File").setInputFiles(path);
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const progressOf = async (page: Page): Promise<number> =>
  Number(await page.getByLabel("Progress").getAttribute("value"));
const untilSent = (page: Page, bytes: number) =>
  expect.poll(() => progressOf(page), { timeout: 120_000, interval: 50 }).toBeGreaterThan(bytes);
const untilStatus = (page: Page, text: string) =>
  expect
    .poll(() => page.getByRole("status").textContent(), { timeout: 120_000, interval: 50 })
    .toContain(text);

async function slowDown(page: Page, bytesPerSecond: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const network = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytesPerSecond };
  await session.send("Network.emulateNetworkConditions", network);
}

test("a page uploads 200 MB, pauses, is reloaded, and goes on with what is stored", async () => {
  const size = 200 * MEGABYTE;
  const path = join(folder, "disk.raw");
  const sha512 = await writeRandomFile(path, size);
  const imageId = await demo.create();
  const { page, seen, puts } = await visit();
  await slowDown(page, 30 * MEGABYTE);
  await choose(page, imageId, path);
  await press(page, "Upload");
  await untilSent(page, 90 * MEGABYTE);
  await press(page, "Pause");
  await untilStatus(page, "Paused");
  const atPause = await progressOf(page);
  const putsAtPause = puts.length;
  expect(await page.locator("#numbers").textContent()).toContain(", 0.0 MB/s");
  await page.screenshot({ path: join(artifacts, "browser-upload-paused.png") });
  const [transferToken = ""] = await page.evaluate(() =>
    Object.values(localStorage).map((entry): string => JSON.parse(entry).token),
  );
  expect(transferToken).not.toBe("");
  await page.waitForTimeout(1000);
  expect(await progressOf(page)).toBeLessThanOrEqual(atPause);
  expect(puts.length).toBe(putsAtPause);
  expect(await demo.show(imageId)).toMatchObject({ status: "saving" });
  await press(page, "Resume");
  await untilSent(page, atPause + 10 * MEGABYTE);

  await page.reload();
  const parts = Math.ceil(size / PART);
  puts.length = 0;
  await slowDown(page, -1);
  await choose(page, imageId, path);
  await press(page, "Upload");
  await untilStatus(page, "The image is complete.");
  await page.screenshot({ path: join(artifacts, "browser-upload-complete.png") });

  expect(puts.length).toBeGreaterThan(0);
  expect(puts.length).toBeLessThan(parts);
  expect(await page.locator("#numbers").textContent()).toContain("stored earlier");
  expect(await demo.show(imageId)).toMatchObject({ status: "active", size, os_hash_value: sha512 });
  const secrets = [demo.token, transferToken];
  expect(seen.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
});

test("a file whose content has changed since is sent again where it differs", async () => {
  const size = 6 * PART;
  const path = join(folder, "changed.raw");
  // Whole seconds: what is set again below must be the same to the last digit, or the page sees another file.
  const untouched = () => utimesSync(path, 1_700_000_000, 1_700_000_000);
  await writeRandomFile(path, size);
  untouched();
  const imageId = await demo.create();
  const { page, puts } = await visit();
  await slowDown(page, 30 * MEGABYTE);
  await choose(page, imageId, path);
  await press(page, "Upload");
  // Four are sent at a time: by then at least one is stored.
  await untilSent(page, 4 * PART + MEGABYTE);
  await press(page, "Pause");
  await page.reload();
  puts.length = 0;

  await using file = await open(path, "r+");
  for (let at = 0; at < size; at += PART) await file.write(Buffer.from("changed"), 0, 7, at);
  untouched();
  const sha512 = createHash("sha512").update(readFileSync(path)).digest("hex");
  await slowDown(page, -1);
  await choose(page, imageId, path);
  await press(page, "Upload");
  await untilStatus(page, "The image is complete.");
  expect(puts.length).toBe(6);
  expect(await demo.show(imageId)).toMatchObject({ status: "active", size, os_hash_value: sha512 });
});

test("broken connections, expired URLs, damage and an overloaded store are survived", async () => {
  const size = 5 * PART - 7;
  const path = join(folder, "faults.raw");
  const sha512 = await writeRandomFile(path, size);
  const imageId = await demo.create();
  const { page, puts } = await visit();
  const once = new Set(["1", "2", "3", "4"]);
  await page.route(/partNumber=/, async (route) => {
    const number = new URL(route.request().url()).searchParams.get("partNumber") ?? "";
    if (route.request().method() !== "PUT" || !once.delete(number)) return route.continue();
    const cors = { "access-control-allow-origin": site.origin, "access-control-expose-headers": "ETag" };
    if (number === "1") return route.abort("connectionreset");
    if (number === "2")
      return route.fulfill({ status: 403, headers: cors, body: "<Code>AccessDenied</Code>" });
    if (number === "3") return route.fulfill({ status: 200, headers: { ...cors, etag: '"0123"' } });
    return route.fulfill({ status: 503, headers: cors, body: "<Code>SlowDown</Code>" });
  });
  await choose(page, imageId, path);
  await press(page, "Upload");
  await untilStatus(page, "The image is complete.");
  expect(puts.toSorted()).toEqual(["1", "1", "2", "2", "3", "3", "4", "4", "5"]);
  expect(await demo.show(imageId)).toMatchObject({ status: "active", size, os_hash_value: sha512 });
});

test("an aborted upload frees the image, and another file can be uploaded then", async () => {
  const path = join(folder, "aborted.raw");
  await writeRandomFile(path, 3 * PART);
  const imageId = await demo.create();
  const { page } = await visit();
  await slowDown(page, 10 * MEGABYTE);
  await choose(page, imageId, path);
  await press(page, "Upload");
  await untilSent(page, MEGABYTE);
  await press(page, "Abort");
  await untilStatus(page, "aborted");
  expect(await demo.show(imageId)).toMatchObject({ status: "queued" });
  await slowDown(page, -1);
  const other = join(folder, "empty.raw");
  await writeRandomFile(other, 0);
  await choose(page, imageId, other);
  await press(page, "Upload");
  await untilStatus(page, "The image is complete.");
  expect(await demo.show(imageId)).toMatchObject({ status: "active", size: 0 });
});

test("what the service refuses is said in its words", async () => {
  const path = join(folder, "refused.raw");
  await writeRandomFile(path, 1000);
  const imageId = await demo.create();
  expect((await demo.upload(imageId, Buffer.from("there already"))).status).toBe(204);
  const { page } = await visit();
  await choose(page, imageId, path);
  await press(page, "Upload");
  await untilStatus(page, "Not uploaded");
  expect(await page.getByRole("status").textContent()).toMatch(/active/);
});

test("a page of the allowed origin reads the ingress's answers to PUT, one of another origin nothing", async () => {
  const { page } = await visit();
  const put = async (imageId: string, token: string) =>
    await page.evaluate(
      async ([url, secret]) => {
        const headers = { "X-Auth-Token": secret, "Content-Type": "application/octet-stream" };
        const answer = await fetch(url, { method: "PUT", headers, body: "bytes" });
        return [answer.status, answer.headers.get("x-openstack-request-id")?.slice(0, 4)];
      },
      [`${runtime.url}/v2/images/${imageId}/file`, token] as const,
    );
  const imageId = await demo.create();
  expect(await put(imageId, demo.token)).toEqual([204, "req-"]);
  expect(await put(imageId, demo.token)).toEqual([409, "req-"]);

  const stranger = await servePage();
  try {
    await page.goto(`${stranger.origin}/`);
    await expect(put(await demo.create(), demo.token)).rejects.toThrow("Failed to fetch");
  } finally {
    await stranger.close();
  }
});

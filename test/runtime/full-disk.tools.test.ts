import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

/** A disk of its own, in memory: mounting it takes root. */
let disk: string;
let home: string;
let runtime: LocalRuntime | undefined;
beforeAll(() => {
  disk = mkdtempSync(join(tmpdir(), "glance-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=80m", "tmpfs", disk]);
  home = join(disk, "home");
});
afterAll(async () => {
  if (runtime?.process.exitCode === null) await runtime.stop();
  execFileSync("umount", ["-l", disk]);
  rmSync(disk, { recursive: true, force: true });
});

const filler = () => join(disk, "filler");
const freeBytes = () => statfsSync(disk).bavail * statfsSync(disk).bsize;
/** Leaves so much of the disk. */
function fillUp(leftBytes: number): void {
  rmSync(filler(), { force: true });
  writeFileSync(filler(), Buffer.alloc(Math.max(0, freeBytes() - leftBytes)));
}
const leftovers = () => readdirSync(home).filter((entry) => /^(cdk\.out|lock|.*\.json)\./.test(entry));
const stack = /\n\s+at /;
// What is deleted gives its space back at once.
const environment = { GLANCE_DELETED_BYTES_RETENTION_DAYS: "0" };

it("a full disk is told on the terminal, loses nothing, and images can be deleted on it", {
  timeout: 300_000,
}, async () => {
  runtime = await startRuntime({ home, environment });
  const { port } = runtime;
  const data = randomBytes(3_000_000);
  let demo = await logIn(runtime.url, "demo");
  const id = await demo.create();
  expect((await demo.upload(id, data)).status).toBe(204);
  const second = await demo.create();
  fillUp(1_000_000);
  const refused = await demo.upload(second, data);
  expect(refused.status).toBeGreaterThanOrEqual(500);
  const words = await refused.text();
  expect(words).toContain("The storage is full: nothing can be stored until there is space again");
  expect(words).not.toMatch(stack);
  expect(runtime.output()).toContain("The disk is full: nothing can be stored at ");
  expect(runtime.output()).not.toMatch(stack);
  expect(Buffer.from(await demo.download(id)).equals(data)).toBe(true);
  await runtime.stop();

  fillUp(1_000_000);
  runtime = await startRuntime({ home, port, environment });
  expect(runtime.output()).toContain(`The disk is full at ${home}: started as the last time`);
  expect(runtime.output()).not.toMatch(stack);
  expect(leftovers()).toEqual([]);
  demo = await logIn(runtime.url, "demo");
  expect(Buffer.from(await demo.download(id)).equals(data)).toBe(true);
  expect((await demo.fetch(`/v2/images/${id}`, { method: "DELETE" })).status).toBe(204);
  await expect.poll(freeBytes, { timeout: 60_000, interval: 200 }).toBeGreaterThan(data.length);
  const smaller = data.subarray(0, 1_000_000);
  // Another image: for the second one it may be remembered, if there was space to, that more bytes broke off.
  const third = await demo.create();
  await expect
    .poll(async () => (await demo.upload(third, smaller)).status, { timeout: 60_000, interval: 1000 })
    .toBe(204);
  expect(Buffer.from(await demo.download(third)).equals(smaller)).toBe(true);
  await runtime.stop();

  // Not even the lock fits.
  fillUp(0);
  await expect(startRuntime({ home, port, environment })).rejects.toThrow(
    /ended with 1:\n(.*\n)*.*the disk is full: free/,
  );
  expect(leftovers()).toEqual([]);
  rmSync(filler());
  runtime = await startRuntime({ home, port, environment });
  expect(runtime.output()).not.toContain("full");
  demo = await logIn(runtime.url, "demo");
  expect(Buffer.from(await demo.download(third)).equals(smaller)).toBe(true);
  await runtime.stop();
});

it("a disk that is too small for a first start is told, and nothing is left behind on it", async () => {
  const small = join(disk, "small");
  mkdirSync(small);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", small]);
  try {
    await expect(startRuntime({ home: small })).rejects.toThrow(
      `the disk is full at ${small}: free at least 50 MB there, and start again`,
    );
    expect(readdirSync(small).filter((entry) => /^(cdk\.out|lock)/.test(entry))).toEqual([]);
  } finally {
    execFileSync("umount", ["-l", small]);
  }
});

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
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
/** Leaves so much of the disk. */
function fillUp(leftBytes: number): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filler(), Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)));
}
const leftovers = () => readdirSync(home).filter((entry) => entry.startsWith("cdk.out."));

it("a full disk is told on the terminal, loses nothing, and images can be deleted on it", async () => {
  runtime = await startRuntime({ home });
  const { port } = runtime;
  const data = randomBytes(3_000_000);
  let demo = await logIn(runtime.url, "demo");
  const id = await demo.create();
  expect((await demo.upload(id, data)).status).toBe(204);
  const second = await demo.create();
  fillUp(1_000_000);
  const refused = await demo.upload(second, data);
  expect(refused.status).toBeGreaterThanOrEqual(500);
  expect(await refused.text()).not.toMatch(/\n\s+at /);
  expect(runtime.output()).toContain("The disk is full");
  expect(runtime.output()).not.toMatch(/\n\s+at /);
  expect(Buffer.from(await demo.download(id)).equals(data)).toBe(true);
  await runtime.stop();

  runtime = await startRuntime({ home, port });
  expect(runtime.output()).toContain(`The disk is full at ${home}: started as the last time`);
  expect(runtime.output()).not.toMatch(/\n\s+at /);
  expect(leftovers()).toEqual([]);
  demo = await logIn(runtime.url, "demo");
  expect(Buffer.from(await demo.download(id)).equals(data)).toBe(true);
  expect((await demo.fetch(`/v2/images/${id}`, { method: "DELETE" })).status).toBe(204);
  await expect
    .poll(() => statfsSync(disk).bavail * statfsSync(disk).bsize, { timeout: 60_000 })
    .toBeGreaterThan(data.length);
  rmSync(filler());
  await expect.poll(async () => (await demo.upload(second, data)).status, { timeout: 60_000 }).toBe(204);
  expect(Buffer.from(await demo.download(second)).equals(data)).toBe(true);
});

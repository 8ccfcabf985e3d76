import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";

const app = resolve(import.meta.dirname, "../../../infra/app.ts");
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "glance-app-"));
  await mkdir(join(home, "tmp"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** Runs the app as the local runtime does, with nothing of this process's settings. */
async function run(outdir: string, environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [app], {
    env: {
      PATH: process.env.PATH,
      TMPDIR: join(home, "tmp"),
      CDK_OUTDIR: join(home, outdir),
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
    cwd: home,
  });
  const exit = new Promise<number | null>((done) => child.once("exit", done));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await exit, stdout, stderr };
}

test.each([
  [{ GLANCE_IMAGE_TAG_QUOTA: "many" }, "GLANCE_IMAGE_TAG_QUOTA: expected a whole number"],
  [{ GLANCE_NO_SUCH: "1" }, "no such option: GLANCE_NO_SUCH"],
])("%j fails with one line", async (environment, line) => {
  const { code, stderr } = await run("refused", environment);
  expect(code).toBe(1);
  expect(stderr.trimEnd().split("\n")).toEqual([expect.stringContaining(line)]);
});

test("two synths at once make the same, offline, and leave nothing beside their folders", async () => {
  const started = performance.now();
  // No AWS account, no network settings, no Docker in PATH: nothing of them is asked for.
  const runs = await Promise.all([
    run("one", { CDK_NAG: "off", BUNDLE_SIZES: "on", PATH: "" }),
    run("two", { CDK_NAG: "off", PATH: "" }),
  ]);
  console.log(`two synths: ${Math.round(performance.now() - started)} ms\n${runs[0].stderr}`);
  expect(runs.map(({ code }) => code)).toEqual([0, 0]);
  expect((await readdir(home)).sort()).toEqual(["one", "tmp", "two"]);
  expect(await readdir(join(home, "tmp"))).toEqual([]);
  const files = await readdir(join(home, "one"));
  expect(await readdir(join(home, "two"))).toEqual(files);
  for (const file of files.filter((each) => each.endsWith(".json"))) {
    expect(await readFile(join(home, "two", file), "utf8")).toBe(
      await readFile(join(home, "one", file), "utf8"),
    );
  }
}, 60_000);

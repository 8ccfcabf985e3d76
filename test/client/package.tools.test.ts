import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";

const root = resolve(import.meta.dirname, "../..");
/** A user's own Node, not the one that this project brings. */
const path = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .join(delimiter);

let runtime: LocalRuntime;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "imagectl-package-"));
  execFileSync("npm", ["pack", join(root, "client"), "--pack-destination", folder], {
    cwd: folder,
    stdio: "pipe",
  });
  const [tarball = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  execFileSync("npm", ["init", "-y"], { cwd: folder, env: { ...process.env, PATH: path }, stdio: "pipe" });
  const install = ["install", "--offline", "--no-audit", "--no-fund", join(folder, tarball)];
  execFileSync("npm", install, { cwd: folder, env: { ...process.env, PATH: path }, stdio: "pipe" });
  runtime = await startRuntime();
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const command = "imagectl";

function installed(...words: string[]) {
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith("OS_"));
  return spawnSync("npx", ["--no-install", command, ...words], {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...Object.fromEntries(environment),
      PATH: path,
      XDG_STATE_HOME: join(folder, "state"),
      OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"),
      OS_CLOUD: "demo",
    },
  });
}

it("the package is one file that plain Node 20 or later runs", () => {
  const node = spawnSync("node", ["--version"], { encoding: "utf8", env: { ...process.env, PATH: path } });
  expect(Number(/^v(\d+)/.exec(node.stdout)?.[1])).toBeGreaterThanOrEqual(20);
  const files = readdirSync(join(folder, "node_modules/imagectl"), { recursive: true });
  const papers = ["LICENSE", "README.md", "THIRD-PARTY-NOTICES"];
  expect(files.sort()).toEqual([...papers, "dist", "dist/imagectl.mjs", "package.json"]);
  const notices = readFileSync(join(folder, "node_modules/imagectl/THIRD-PARTY-NOTICES"), "utf8");
  for (const name of ["commander", "hpagent", "@bomb.sh/tab", "yaml"])
    expect(notices).toMatch(new RegExp(`^${name} \\d+\\.`, "m"));
  const bytes = statSync(join(folder, "node_modules/imagectl/dist/imagectl.mjs")).size;
  console.log(`imagectl.mjs has ${Math.round(bytes / 1024)} KiB; Node ${node.stdout.trim()}`);
  expect(installed("--version").stdout.trim()).toBe("0.1.0");
  expect(installed("--help").stdout).toMatch(/Examples:[\s\S]*Exit codes:/);
  expect(installed("upload", "--help").stdout).toContain("--resume");
});

it("the clone itself is refused as a package, with what to do instead", () => {
  const { status, stderr } = spawnSync("npm", ["pack", root], { cwd: folder, encoding: "utf8" });
  expect([status, stderr]).toEqual([1, expect.stringContaining("This folder is no package")]);
  expect(readdirSync(folder).filter((name) => name.startsWith("serverless-glance"))).toEqual([]);
});

it("it uploads, downloads and verifies", () => {
  writeFileSync(join(folder, "disk"), randomBytes(20_000_000));
  const uploaded = installed("upload", "disk", "--json");
  expect([uploaded.status, uploaded.stderr]).toEqual([0, expect.not.stringContaining("imagectl:")]);
  const { image_id } = JSON.parse(uploaded.stdout) as { image_id: string };
  expect(installed("download", image_id, "copy").status).toBe(0);
  expect(installed("verify", "copy", "--image", image_id).status).toBe(0);
});

// Entry of every npm script: plain Node 20, no package needed. Installs by the lock file when node_modules
// does not match it, then runs the named file under the Node 24 that the lock file brings.
//   node infra/toolchain/run.mjs FILE [ARGUMENT...]
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const lockFile = join(root, "package-lock.json");
const installedLock = join(root, "node_modules", ".installed-lock.json");

const installed = () =>
  existsSync(installedLock) && readFileSync(installedLock, "utf8") === readFileSync(lockFile, "utf8");

function install() {
  console.error("Installing what package-lock.json says (npm ci) …");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status } = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    console.error("npm ci failed: mend what it says above and start again; nothing else was changed.");
    process.exit(1);
  }
  copyFileSync(lockFile, installedLock);
}

/** The Node 24 of the lock file where npm has one for this platform, else a Node >= 24 of the user's own. */
function node24() {
  const platform = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const own = join(root, "node_modules", platform, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  console.error(
    `npm has no Node 24 for ${process.platform}-${process.arch}: install Node 24 or later, and start again with it.`,
  );
  process.exit(1);
}

const [file, ...rest] = process.argv.slice(2);
if (file === undefined) {
  console.error("usage: node infra/toolchain/run.mjs FILE [ARGUMENT...]");
  process.exit(2);
}
if (!installed()) install();

const child = spawn(node24(), [file, ...rest], {
  stdio: ["inherit", "inherit", "inherit", "ipc"],
  // glibc gives each of a runtime's many threads a heap of its own, which keep what was freed
  // (RSS after 6 GiB of uploads: 489 MiB without this, 400 with it, one run each).
  env: { MALLOC_ARENA_MAX: "2", ...process.env },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal === null ? code : 1));

// npm killed with SIGKILL forwards nothing; without this its server would live on and hold the port.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill("SIGTERM");
  }, 500).unref();
}

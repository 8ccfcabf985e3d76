// Entry of every npm script: plain Node 20, no package needed. Installs by the lock file when node_modules
// does not match it, then runs the named file under the Node 24 that the lock file brings.
//   node infra/toolchain/run.mjs [--callers-folder] FILE [ARGUMENT...]
// npm runs scripts in the folder of package.json. With --callers-folder the program runs where the user typed
// (npm's INIT_CWD), so that the paths it is given are the user's; GLANCE_HOME stays the one of `npm start`.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { node24, nodePackage } from "./choose-node.mjs";
import { isInstalled } from "./installed.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

function install() {
  console.error("Installing what package-lock.json says (npm ci) …");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status } = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status === 0) return;
  console.error("npm ci failed: mend what it says above and start again; nothing else was changed.");
  process.exit(1);
}

const words = process.argv.slice(2);
const isForCaller = words[0] === "--callers-folder";
const [file, ...rest] = isForCaller ? words.slice(1) : words;
if (file === undefined) {
  console.error("usage: node infra/toolchain/run.mjs [--callers-folder] FILE [ARGUMENT...]");
  process.exit(2);
}
if (!isInstalled(root)) install();

const node = node24(root);
if (node === undefined) {
  console.error(
    `there is no Node 24 for ${process.platform}-${process.arch}: run npm ci --include=optional, which brings it ` +
      `where npm has it (${nodePackage(process.platform, process.arch)}), or install Node 24 or later, and start again.`,
  );
  process.exit(1);
}

const callersFolder = process.env.INIT_CWD;
const caller =
  isForCaller && callersFolder !== undefined && existsSync(callersFolder)
    ? {
        file: resolve(root, file),
        cwd: callersFolder,
        home: resolve(root, process.env.GLANCE_HOME || ".local"),
      }
    : undefined;
const child = spawn(node, [caller?.file ?? file, ...rest], {
  stdio: ["inherit", "inherit", "inherit", "ipc"],
  ...(caller && { cwd: caller.cwd }),
  // Node keeps there what it made of each source; an entry counts for the same content and Node only. imagectl is ready
  // after 0.15 s of processor time instead of 0.4 s.
  // glibc gives each of a runtime's many threads a heap of its own, which keep what was freed
  // (RSS after 6 GiB of uploads: 489 MiB without this, 400 with it, one run each).
  env: {
    MALLOC_ARENA_MAX: "2",
    NODE_COMPILE_CACHE: resolve(root, "node_modules/.cache/node"),
    ...process.env,
    ...(caller && { GLANCE_HOME: caller.home }),
  },
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

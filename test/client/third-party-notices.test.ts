import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { thirdPartyNotices } from "../../client/third-party-notices.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "notices-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function install(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(folder, "node_modules", name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "package.json"), JSON.stringify({ name, version: "1.2.3", license: "MIT" }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

it("each bundled package is named once with its licence texts, scoped and nested ones too", () => {
  const plain = install("plain", {
    LICENSE: "plain's licence",
    "license-check.txt.md": "",
    NOTICE: "plain's notice",
  });
  const scoped = install("@scope/name", { "license.md": "scoped licence" });
  const nested = install("plain/node_modules/inner", { LICENCE: "inner's licence" });
  const inputs = ["client/own.ts", `${plain}/a.js`, `${plain}/lib/b.js`, `${scoped}/c.js`, `${nested}/d.js`];
  const notices = thirdPartyNotices(inputs);
  for (const text of ["plain's licence", "plain's notice", "scoped licence", "inner's licence"])
    expect(notices.split(text)).toHaveLength(2);
  expect(notices.match(/^\S+ 1\.2\.3 \(MIT\)$/gm)).toHaveLength(3);
  expect(notices).not.toContain("own.ts");
});

it("a package without a licence text is not bundled in silence", () => {
  const bare = install("bare", {});
  expect(() => thirdPartyNotices([`${bare}/a.js`])).toThrow("bare has no licence file");
});

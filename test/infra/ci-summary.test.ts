import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** What `.ci/run` prints at its end, of these records and of the files that its steps and suites left. */
function summaryOf(records: readonly string[], files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "ci-results-"));
  folders.push(folder);
  writeFileSync(join(folder, "records.tsv"), records.map((record) => `${record}\n`).join(""));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { stdout, status } = spawnSync(process.execPath, [join(root, ".ci/summary.mjs"), folder]);
  return { lines: stdout.toString().trimEnd().split("\n"), status };
}

const test = (fullName: string, status: string, ...failureMessages: string[]) => ({
  fullName,
  status,
  failureMessages,
});
const report = (...assertionResults: object[]) => fileReport("passed", "", ...assertionResults);
const fileReport = (status: string, message: string, ...assertionResults: object[]) =>
  JSON.stringify({
    testResults: [{ name: join(root, "test/a.test.ts"), status, message, assertionResults }],
  });

it("counts steps and tests, and says how long each took", () => {
  const { lines, status } = summaryOf(["step\tlint\t0\t9", "suite\tnpm test\t0\t410"], {
    "npm test.json": report(test("a first", "passed"), test("a second", "passed")),
  });
  expect(lines).toEqual([
    "lint          9 s      1 passed    0 failed",
    "npm test    410 s      2 passed    0 failed",
    "3 passed, 0 failed",
  ]);
  expect(status).toBe(0);
});

it("names a failed test, with its first words and the line it comes from", () => {
  const stack = `${root}/test/a.test.ts:3:1`;
  const message = `AssertionError: expected 1 to be 2\n    at x (/y/node_modules/z.js:1:1)\n    at ${stack}\n    at q`;
  const { lines, status } = summaryOf(["suite\ttools\t1\t7"], {
    "tools.json": report(test("a b", "failed", message, message)),
  });
  expect(lines.slice(1)).toEqual([
    "FAILED: tools: test/a.test.ts > a b",
    "    AssertionError: expected 1 to be 2",
    `    at ${stack}`,
    "0 passed, 1 failed",
  ]);
  expect(status).toBe(1);
});

it("says which test passed only at a second try, and still counts it as passed", () => {
  const { lines, status } = summaryOf(["suite\tlong\t0\t7"], {
    "long.json": report(test("now and then", "passed", "Error: too slow\n    at q")),
  });
  expect(lines.slice(1)).toEqual([
    "passed at a second try: long: test/a.test.ts > now and then",
    "    Error: too slow",
    "    at q",
    "1 passed, 0 failed",
  ]);
  expect(status).toBe(0);
});

it("takes for failed what did not run: tests left out, broken files, a suite without a report", () => {
  const { lines, status } = summaryOf(["suite\tone\t1\t1", "suite\ttwo\t1\t1", "suite\tthree\t137\t1"], {
    "one.json": report(test("left out", "skipped")),
    "two.json": fileReport("failed", "Error: no such module"),
  });
  expect(lines.slice(3)).toEqual([
    "FAILED: one: test/a.test.ts > left out",
    "    not run (skipped)",
    "FAILED: two: test/a.test.ts",
    "    Error: no such module",
    "FAILED: three",
    "    ended with 137, without a report",
    "0 passed, 3 failed",
  ]);
  expect(status).toBe(1);
});

it("takes for failed a suite that failed though none of its tests did", () => {
  const { lines } = summaryOf(["suite\tone\t1\t1"], { "one.json": report(test("a", "passed")) });
  expect(lines.slice(1)).toEqual([
    "FAILED: one",
    "    ended with 1, though no test failed",
    "1 passed, 1 failed",
  ]);
});

it("shows the last words of a failed step", () => {
  const { lines } = summaryOf(["step\ttypes\t2\t1"], { "types.log": "a.ts(1,1): error TS1\n" });
  expect(lines.slice(1)).toEqual([
    "FAILED: types",
    "    ended with 2",
    "    a.ts(1,1): error TS1",
    "0 passed, 1 failed",
  ]);
});

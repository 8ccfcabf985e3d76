import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const here = import.meta.dirname;

it("on a terminal the line is never wider than it, also when it was made narrower, and notes stand for themselves", async () => {
  const words = [join(here, "in-terminal.py"), "100,40", process.execPath, join(here, "progress-writer.ts")];
  const { stdout } = await promisify(execFile)("python3", words, {
    env: { ...process.env, RESIZE_AFTER: "2.5" },
  });
  const [wide = "", narrow = ""] = stdout.split("<resized>");
  const drawn = (text: string) =>
    text
      .split("\r")
      .map((line) => line.replaceAll("\u001b[K", "").trimEnd())
      .filter((line) => line.includes("upload"));
  const [before, after] = [drawn(wide), drawn(narrow)];
  expect(before.length).toBeGreaterThan(2);
  expect(after.length).toBeGreaterThan(2);
  expect(Math.max(...before.map((line) => line.length))).toBeLessThan(100);
  expect(Math.max(...before.map((line) => line.length))).toBeGreaterThan(60);
  // The first one may have been drawn before the terminal told its width.
  expect(Math.max(...after.slice(1).map((line) => line.length))).toBeLessThan(40);
  expect(stdout).toContain("\r\u001b[Ka note in between\r\n");
  expect(after.at(-1)).toMatch(/upload 80%/);
});

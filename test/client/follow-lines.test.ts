import { appendFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { followLines, linesOf } from "../../client/local/follow-lines.ts";
import { until } from "./imagectl-process.ts";

async function newFile() {
  const folder = await mkdtemp(join(tmpdir(), "follow-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "events.jsonl");
}

/** Follows in the background; `ended` resolves after the abort. */
function following(path: string) {
  const seen: string[] = [];
  const controller = new AbortController();
  const ended = (async () => {
    for await (const line of followLines(path, controller.signal)) seen.push(line);
  })();
  return {
    seen,
    until: (count: number) => until(() => (seen.length >= count ? seen : undefined)),
    stop: async () => {
      controller.abort();
      await ended;
    },
  };
}

it("reads the file before this one first, and nothing of half a line", async () => {
  const path = await newFile();
  expect(await Array.fromAsync(linesOf(path))).toEqual([]);
  await writeFile(`${path}.1`, "1\n2\n");
  await writeFile(path, "3\n4\n5");
  expect(await Array.fromAsync(linesOf(path))).toEqual(["1", "2", "3", "4"]);
});

it("reads lines longer than a pipe and characters of several bytes", async () => {
  const path = await newFile();
  const lines = Array.from({ length: 12 }, (_, n) => `${n}${"ü€".repeat(50_000)}`);
  await writeFile(path, lines.map((line) => `${line}\n`).join(""));
  expect(await Array.fromAsync(linesOf(path))).toEqual(lines);
});

it("follows through a file that is not there yet, half lines, renaming and being made anew", async () => {
  const path = await newFile();
  const follower = following(path);
  await sleep(50);
  await writeFile(path, "1\n2");
  await follower.until(1);
  await sleep(300);
  expect(follower.seen).toEqual(["1"]);
  await appendFile(path, "2\n");
  await follower.until(2);
  await appendFile(path, "3\n");
  await rename(path, `${path}.1`);
  await writeFile(path, "4\n");
  await follower.until(4);
  await appendFile(path, "5\n");
  await follower.until(5);
  await follower.stop();
  expect(follower.seen).toEqual(["1", "22", "3", "4", "5"]);
});

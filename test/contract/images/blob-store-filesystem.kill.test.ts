import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { filesIn, filesStore, temporaryFolder } from "./filesystem-under-test.ts";

const folder = temporaryFolder();
const writer = join(import.meta.dirname, "image-file-writer.ts");

it("a killed write leaves no image, and what it left is gone a day later", async () => {
  const [key, bytes, blobs] = [randomUUID(), randomBytes(1000), filesStore(folder)];
  const child = spawn(process.execPath, [writer, folder, key, "10000000", "10"], { stdio: "pipe" });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  const [left = ""] = filesIn(folder);
  expect(left).toContain(".incoming");
  expect(await blobs.head(key)).toBeUndefined();
  await blobs.put(key, bytes);
  expect(filesIn(folder)).toHaveLength(2);
  const yesterday = Date.now() / 1000 - 25 * 3600;
  await utimes(left, yesterday, yesterday);
  await blobs.put(randomUUID(), bytes);
  expect(filesIn(folder)).not.toContain(left);
  expect(filesIn(folder)).toHaveLength(2);
});

it("an upload in parts that is killed again and again, over what a failed one has left, is whole in the end", async () => {
  const below = temporaryFolder();
  const [key, uploadId, parts, partBytes] = [randomUUID(), randomUUID(), 40, 50_000];
  writeFileSync(join(below, key), "left by a failed attempt");
  const program = join(import.meta.dirname, "folder-upload-writer.ts");
  const run = () =>
    spawn(process.execPath, [program, below, key, uploadId, String(parts), String(partBytes)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
  let killed = 0;
  for (let afterMs = 0; afterMs < 60; afterMs += 5) {
    const child = run();
    await once(child.stdout, "data");
    await sleep(afterMs);
    if (child.kill("SIGKILL")) killed++;
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  expect(killed).toBeGreaterThan(3);
  const last = run();
  const said: string[] = [];
  last.stdout.on("data", (text: Buffer) => said.push(text.toString()));
  await once(last, "exit");
  expect(said.join("")).toContain(`stored ${parts * partBytes}`);
  const bytes = readFileSync(join(below, key));
  const expected = Buffer.concat(Array.from({ length: parts }, (_, at) => Buffer.alloc(partBytes, at + 1)));
  expect(bytes.equals(expected)).toBe(true);
}, 60_000);

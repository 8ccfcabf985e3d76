import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
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

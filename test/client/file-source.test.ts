import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FileChanged, fileStamp } from "../../client/upload/file-changed.ts";
import { fileSource } from "../../client/upload/part-source.ts";

let folder: string;
let path: string;
let file: FileHandle;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "file-source-"));
  path = join(folder, "disk.img");
  writeFileSync(path, "0123456789");
  file = await open(path);
});
afterEach(async () => {
  await file.close();
  rmSync(folder, { recursive: true, force: true });
});

it.each<[string, () => void]>([
  ["made longer", () => appendFileSync(path, "more")],
  ["written again with as many bytes", () => utimesSync(path, new Date(), new Date(Date.now() + 5000))],
])("a file that is %s between two parts ends the upload with the next part", async (_, change) => {
  const source = fileSource(file, await fileStamp(file));
  expect(await source.fill(Buffer.alloc(5), 0)).toBe(5);
  change();
  await expect(source.fill(Buffer.alloc(5), 5)).rejects.toThrow(FileChanged);
});

import { expect, it } from "vitest";
import { ImportFailed } from "../../client/imports/await-import.ts";
import { runningImport } from "../../client/imports/running-import.ts";
import type { Image, ImageService } from "../../client/openstack/image-service.ts";

const method = { name: "web-download", uri: "https://a.example/disk" };
const task = (id: string, status: string) => ({ id, status, input: { import_req: { method } } });
const tasks = [task("old", "failure"), task("now", "processing")];
const images = { imports: { ofImage: async () => tasks } } as unknown as ImageService;
const locked = (lock?: string) => ({ id: "1", os_glance_import_task: lock }) as unknown as Image;

it.each([
  ["what is asked for", "now", { method }, tasks[1]],
  ["whatever it is", "now", undefined, tasks[1]],
  ["one that is over", "old", { method }, undefined],
  ["one that nobody knows", "gone", { method }, undefined],
  ["none", undefined, { method }, undefined],
])("an image is held by an import that is under way: %s", async (_, lock, asked, found) => {
  expect(await runningImport(images, locked(lock), asked)).toBe(found);
});

it("an import of something else is not waited for", async () => {
  const other = { method: { ...method, checksum: "md5:12" } };
  await expect(runningImport(images, locked("now"), other)).rejects.toThrow(ImportFailed);
});

import { expect, it } from "vitest";
import { Advised } from "../../client/command-line/failures.ts";
import type { Context } from "../../client/commands/context.ts";
import { importImage } from "../../client/commands/import.ts";
import { advised, type Begun, wordsAgain } from "../../client/commands/import-advice.ts";
import { type ImportOptions, importPlan } from "../../client/commands/import-plan.ts";
import { ImportFailed } from "../../client/imports/await-import.ts";
import type { ImportRequest, ImportTask } from "../../client/openstack/image-imports.ts";
import { parsedCommand } from "./parsed-command.ts";

const imageId = "6a0b4a5e-9d33-4dd6-8f5b-6c1a7c1b1f11";
const url = "https://a.example/images/disk%201.qcow2?x='y'";
const checksum = { algorithm: "md5", value: "ab".repeat(16) };

const begun = (import_req: object | undefined, more: Partial<Begun> = {}): Begun => ({
  task: {
    id: "1",
    type: "import",
    status: "failure",
    created_at: "",
    updated_at: "",
    input: { import_req },
  } as ImportTask,
  ...{ imageId, checksum: undefined, url: undefined, ...more },
});

async function planOf(words: readonly string[]) {
  const { argument, options } = await parsedCommand<ImportOptions>(["import", ...words]);
  return importPlan(String(argument), options);
}

it.each<[string, string, ImportOptions, string]>([
  ["a URL", url, { checksum: `md5:${checksum.value}` }, "queued"],
  ["a URL that goes into stores", url, { store: ["a", "b"], allowFailure: true }, "queued"],
  ["a URL that goes everywhere", url, { allStores: true }, "queued"],
  ["another Glance's image", "8f2c", { method: "glance-download", region: "Two", store: ["a"] }, "queued"],
  [
    "one that is reached by another interface",
    "8f2c",
    { method: "glance-download", region: "Two", remoteInterface: "internal" },
    "queued",
  ],
  ["an image by its name into stores", "my-image", { store: ["a"], allowFailure: true }, "active"],
  ["an image by its name everywhere", "my-image", { allStores: true }, "active"],
  ["an image without stores", "my-image", { method: "copy-image" }, "active"],
  ["staged data that goes into stores", "my-image", { store: ["a", "b"] }, "uploading"],
  ["staged data", "my-image", {}, "uploading"],
])("asks for the same into the same image: %s", async (_, source, options, status) => {
  const first = importPlan(source, options);
  const image = { id: imageId, status };
  const asked: ImportRequest = first.request(image);
  const plan = await planOf(
    wordsAgain(begun(asked, { checksum: first.checksum, url: first.fetches && source })),
  );
  expect([plan.into, plan.request(image), plan.checksum]).toEqual([imageId, asked, first.checksum]);
});

it.each([
  ["staged data", { method: { name: "glance-direct" } }],
  ["staged data that goes into a store", { method: { name: "glance-direct" }, stores: ["a"] }],
  ["a copy", { method: { name: "copy-image" }, all_stores: true }],
  [
    "another Glance's",
    { method: { name: "glance-download", glance_image_id: "8f2c", glance_region: "Two" } },
  ],
  ["nobody knows what", undefined],
])("what was to have a checksum can be asked for again, too: %s", async (_, asked) => {
  expect((await planOf(wordsAgain(begun(asked, { checksum })))).into).toBe(imageId);
});

it("shows no URL that another command line has named", () => {
  const asked = { method: { name: "web-download", uri: "https://user:secret@a.example/" } };
  expect(wordsAgain(begun(asked))).toEqual(["URL", "--id", imageId]);
});

it("staged data is brought again before it is imported: a failure has deleted it", () => {
  const error = advised(new ImportFailed("no"), begun({ method: { name: "glance-direct" }, stores: ["a"] }));
  expect(error).toBeInstanceOf(Advised);
  expect((error as Advised).advice).toBe(
    `Image ${imageId} is still there. Its staged data is deleted. Bring it again: imagectl upload FILE --stage --id ${imageId}, then imagectl import ${imageId} --store a, or: imagectl image delete ${imageId}.`,
  );
});

it("staged data that an import may still read is waited for", () => {
  const silent = Object.assign(new ImportFailed("silent"), { mayGoOn: true });
  const { advice } = advised(silent, begun({ method: { name: "glance-direct" } })) as Advised;
  expect(advice).toContain(`Try again: imagectl import ${imageId}, or`);
});

it("who asks again for an import that has failed is told the same", async () => {
  const { task } = begun({ method: { name: "glance-direct" } });
  const images = {
    find: async () => ({ id: imageId, status: "queued" }),
    imports: { ofImage: async () => [task] },
  };
  const context = { service: async () => images } as unknown as Context;
  await expect(importImage(context, "my-image", {})).rejects.toMatchObject({
    advice: expect.stringContaining(`imagectl upload FILE --stage --id ${imageId}, then`),
  });
});

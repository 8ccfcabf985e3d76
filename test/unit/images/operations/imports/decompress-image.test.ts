import { randomBytes } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect, it } from "vitest";
import { decompressImage } from "../../../../../shared/images/operations/imports/plugins/decompress-image.ts";
import type { Settings } from "../../../../../shared/settings.ts";
import { importingService } from "../../../../fakes/images/importing-service.ts";
import { hashesOf } from "../../../../fakes/images/service.ts";
import { packedFiles, packedText } from "../../../compression/packed-files.ts";

const bare = { disk_format: "raw", container_format: "bare" };
const bounds = { image_size_cap: 1_000_000, image_decompression_ratio_max: 100 };

function decompressing(given: Partial<typeof bounds> = {}, now?: () => number) {
  const named = { image_import_plugins: ["image_decompression"] } as unknown as Partial<Settings>;
  const service = importingService(named);
  const plugin = decompressImage({ ...bounds, ...given }, { lengthOf: () => 100, ...(now && { now }) });
  service.plugins.set(plugin.name, plugin);
  return service;
}

it.each(["gzip", "zstd", "bzip2", "xz", "zip", "zipPiped", "zip64"] as const)(
  "what is in %s becomes the image's data",
  async (name) => {
    const service = decompressing();
    const { id } = await service.staged(packedFiles[name], bare);
    expect(await service.attend(await service.begin(id))).toBe("imported");
    expect(service.imageOf(id)).toMatchObject({
      ...{ status: "active", ...hashesOf(packedText), size: packedText.length },
    });
    expect(service.imageOf(id).locations.map(service.textOf)).toEqual([packedText.toString()]);
    expect(await service.leftovers()).toEqual([]);
  },
);

it.each([
  ["of container_format compressed", packedFiles.gzip, { ...bare, container_format: "compressed" }],
  ["that is not compressed", packedText, bare],
])("leaves data alone %s", async (_, data, attributes) => {
  const service = decompressing();
  const { id, staged } = await service.staged(data, attributes);
  expect(await service.attend(await service.begin(id))).toBe("imported");
  expect(service.imageOf(id)).toMatchObject({ locations: [{ key: staged?.key }], ...hashesOf(data) });
});

it.each(["gzip", "bzip2", "xzBlocks"] as const)(
  "goes on with %s in further runs, each of which stores more",
  async (name) => {
    const service = decompressing();
    const { id } = await service.staged(packedFiles[name], bare);
    const taskId = await service.begin(id);
    for (let run = 1; run < 50 && service.taskOf(taskId).import; run++) {
      let asked = 0;
      await service.attend(taskId, { hasTime: () => asked++ < run });
    }
    expect(service.imageOf(id)).toMatchObject({ status: "active", ...hashesOf(packedText) });
    expect(await service.leftovers()).toEqual([]);
  },
);

it("takes what a run has made that was killed before it could say so", async () => {
  const service = decompressing();
  const { id } = await service.staged(packedFiles.zstd, bare);
  const taskId = await service.begin(id);
  const plugin = service.plugins.get("image_decompression");
  if (!plugin) throw new Error("no plugin");
  let runs = 0;
  service.plugins.set(plugin.name, {
    ...plugin,
    run: async (run) => {
      const result = await plugin.run(run);
      if (runs++ === 0) throw new Error("killed");
      return result;
    },
  });
  await expect(service.attend(taskId)).rejects.toThrow("killed");
  expect(await service.attend(taskId)).toBe("imported");
  expect(service.imageOf(id)).toMatchObject({ status: "active", ...hashesOf(packedText) });
  expect(await service.leftovers()).toEqual([]);
});

it("says nothing of an import that another run has in hand by now", async () => {
  let now = 0;
  const service = decompressing({}, () => {
    now += 600_000;
    return now;
  });
  const { id } = await service.staged(packedFiles.gzip, bare);
  const taskId = await service.begin(id);
  expect(await service.attend(taskId, { hasTime: () => false })).toBe("continues");
  const stalled = service.attend(taskId, {
    hasTime: () => {
      service.pass(3600);
      return false;
    },
  });
  expect(await stalled).toBe("continues");
  expect(await service.attend(taskId)).toBe("imported");
});

it("ends where no run gets further than the one before", async () => {
  let now = 0;
  const service = decompressing({}, () => {
    now += 600_000;
    return now;
  });
  const { id } = await service.staged(packedFiles.gzip, bare);
  const taskId = await service.begin(id);
  const results: string[] = [];
  for (let run = 0; run < 5 && service.taskOf(taskId).import; run++)
    results.push(await service.attend(taskId, { hasTime: () => false }));
  expect(results).toEqual(["continues", "failed"]);
  expect(service.taskOf(taskId).message).toMatch(/^It takes too long to decompress .* than 100 bytes/);
  expect(await service.leftovers()).toEqual([]);
});

it.each([
  // The staged bytes, which it takes the place of, are free again; whole MiB are counted.
  [{ user_storage_quota: 500 }, "The size of the data 600 will exceed the limit. 500 bytes remaining."],
  [{ user_storage_quota: 2000 }, undefined],
  [{ image_stage_total: 0, image_size_total: 0 }, undefined],
])("a project's limits %o are judged on the way", async (most, why) => {
  const service = decompressing();
  const { id } = await service.staged(packedFiles.xzBlocks, bare);
  const taskId = await service.begin(id);
  const limits = { of: async () => most };
  expect(await service.attend(taskId, { others: { limits } })).toBe(why ? "failed" : "imported");
  if (why) expect(service.taskOf(taskId).message).toContain(why);
  expect(await service.leftovers()).toEqual([]);
});

const damaged = Buffer.concat([
  packedFiles.bzip2.subarray(0, -5),
  Buffer.alloc(4),
  packedFiles.bzip2.subarray(-1),
]);
const large = Buffer.concat([randomBytes(1000), Buffer.alloc(200_000)]);

it.each([
  ["grows too much", gzipSync(large), { image_decompression_ratio_max: 20 }, "more than 20 times as large"],
  ["is too large", zstdCompressSync(large), { image_size_cap: 50_000 }, "larger than the 50000 bytes"],
  ["is cut off", packedFiles.gzip.subarray(0, 100), {}, "The gzip data is cut off: its end is missing."],
  ["is cut off in xz", packedFiles.xz.subarray(0, 100), {}, "The xz data is cut off: its end is missing."],
  ["has another checksum", damaged, {}, "The bzip2 data is damaged"],
  [
    "is lha",
    Buffer.from("$0-lh5-"),
    {},
    "compressed with lha, which is not undone here: decompress it first",
  ],
  ["is an archive of two", packedFiles.zipOfTwo, {}, "The zip archive holds 2 files: it must hold one"],
])("data that %s ends the import, and nothing is left", async (_, data, given, why) => {
  const service = decompressing(given);
  const { id } = await service.staged(data, bare);
  const taskId = await service.begin(id);
  expect(await service.attend(taskId)).toBe("failed");
  expect(service.taskOf(taskId).message).toContain(why);
  expect(service.imageOf(id)).toMatchObject({ status: "queued", staged: null, size: null });
  expect(await service.leftovers()).toEqual([]);
});

import { expect, it } from "vitest";
import { ImportFailed } from "../../../../../shared/images/operations/imports/import-errors.ts";
import { completeStage } from "../../../../../shared/images/operations/imports/take-staged.ts";
import type { ImportPlugin } from "../../../../../shared/images/ports/import-plugin.ts";
import type { Settings } from "../../../../../shared/settings.ts";
import { importingService } from "../../../../fakes/images/importing-service.ts";
import { hashesOf } from "../../../../fakes/images/service.ts";

const data = Buffer.from("what was staged");
const written = Buffer.from("WHAT WAS STAGED");

/** The service with these plugins, in their order. */
function withPlugins(...plugins: ImportPlugin[]) {
  const named = { image_import_plugins: plugins.map(({ name }) => name) } as unknown as Partial<Settings>;
  const service = importingService(named);
  for (const plugin of plugins) service.plugins.set(plugin.name, plugin);
  return service;
}

/** Writes the staged bytes in capitals, a part in each run. */
const capitals: ImportPlugin = {
  name: "capitals",
  applies: ({ image }) => image.disk_format === "raw",
  run: async ({ staged, output, mayGoOn }) => {
    const { transfer, store } = await output();
    const { key, upload_id = "" } = transfer;
    const { parts } = await store.listParts(key, upload_id);
    for (let number = parts.length + 1; (number - 1) * 8 < staged.size; number++) {
      const bytes = await staged.store.read(staged.key, (number - 1) * 8, 8);
      await store.sendPart(key, upload_id, number, Buffer.from(Buffer.from(bytes).toString().toUpperCase()));
      if (number * 8 < staged.size && !(await mayGoOn())) return { outcome: "continues" };
    }
    return { outcome: "changed", output: await completeStage(store, transfer, staged.size) };
  },
};

const labels: ImportPlugin = {
  name: "labels",
  applies: () => true,
  run: async ({ image }) => ({
    outcome: "changed",
    attributes: { properties: { ...image.properties, label: "put there" } },
  }),
};

it("changes the bytes, over several runs, and the attributes, before they are read", async () => {
  const service = withPlugins(labels, capitals);
  const { id } = await service.staged(data);
  const taskId = await service.begin(id);
  for (let run = 0; run < 20 && service.taskOf(taskId).import; run++)
    await service.attend(taskId, { hasTime: () => false });
  expect(service.imageOf(id)).toMatchObject({
    ...{ status: "active", ...hashesOf(written), size: written.length },
    properties: { label: "put there" },
  });
  expect(service.imageOf(id).locations.map(service.textOf)).toEqual([written.toString()]);
  expect(service.taskOf(taskId).status).toBe("success");
  expect(await service.leftovers()).toEqual([]);
});

it("leaves alone what a plugin is not for", async () => {
  const service = withPlugins({ ...capitals, applies: () => false });
  const { id, staged } = await service.staged(data);
  expect(await service.attend(await service.begin(id))).toBe("imported");
  expect(service.imageOf(id)).toMatchObject({ locations: [{ key: staged?.key }], ...hashesOf(data) });
});

it("that refuses the bytes ends the import, and what it had written is deleted", async () => {
  const refusing: ImportPlugin = {
    ...capitals,
    run: async ({ output }) => {
      const { transfer, store } = await output();
      await store.sendPart(transfer.key, transfer.upload_id ?? "", 1, data);
      throw new ImportFailed("The archive holds two files: it must hold one.");
    },
  };
  const service = withPlugins(refusing);
  const { id } = await service.staged(data);
  const taskId = await service.begin(id);
  expect(await service.attend(taskId)).toBe("failed");
  expect(service.taskOf(taskId).message).toBe("The archive holds two files: it must hold one.");
  expect(service.imageOf(id)).toMatchObject({ status: "queued", staged: null, transfer_id: null });
  expect(await service.leftovers()).toEqual([]);
});

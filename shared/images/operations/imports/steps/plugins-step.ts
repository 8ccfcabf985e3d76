import { bytesOfTransfer } from "../../../domain/transfer.ts";
import type { ImportPlugin, PluginResult } from "../../../ports/import-plugin.ts";
import { beginStage } from "../begin-stage.ts";
import { changeImport } from "../change-import.ts";
import { ImportFailed } from "../import-errors.ts";
import type { ImportPorts, ImportRun, Step } from "../import-ports.ts";
import { takeStaged } from "../take-staged.ts";

type Changed = Extract<PluginResult, { outcome: "changed" }>;

/** Has one plugin look at the staged bytes; undefined where there is nothing to do. */
async function runPlugin(
  ports: ImportPorts,
  plugin: ImportPlugin,
  { image, task, mayGoOn }: ImportRun,
): Promise<PluginResult> {
  const { staged } = image;
  if (!staged) throw new ImportFailed("The staged data is gone: stage it again.");
  const store = ports.stores.of(staged);
  return plugin.run({
    ...{ image, task, mayGoOn },
    staged: { store, key: staged.key, size: staged.size },
    output: async () => {
      const transfer = await beginStage(ports, task.id, { store: staged.store, size: null });
      return { transfer, store: ports.stores.of(bytesOfTransfer(transfer)) };
    },
  });
}

/** Writes what a plugin has changed, and that it is done. */
async function takeChanges(
  ports: ImportPorts,
  name: string,
  { task }: ImportRun,
  { attributes, output }: Partial<Changed>,
): Promise<void> {
  const plugins_done = [...task.import.plugins_done, name];
  const transferId = task.import.transfer_id;
  if (output) {
    const { task: now } = await changeImport(ports, { taskId: task.id }, () => undefined);
    const id = now.import.transfer_id ?? transferId ?? "";
    return takeStaged(
      ports,
      { taskId: task.id, transferId: id },
      { ...output, work: { plugins_done }, ...(attributes && { attributes }) },
    );
  }
  await changeImport(ports, { taskId: task.id }, ({ image }) => ({
    ...(attributes && { image: { ...image, ...attributes } }),
    work: { plugins_done },
  }));
}

/** Runs the next of the settings' plugins; the step is done with each, and over after the last one. */
export const pluginsStep: Step = (ports) => async (run) => {
  const { image, task } = run;
  const name = ports.settings.image_import_plugins.find((one) => !task.import.plugins_done.includes(one));
  if (name === undefined) {
    await changeImport(ports, { taskId: task.id }, () => ({ work: { step: "read" } }));
    return "done";
  }
  const plugin = ports.plugins.get(name);
  if (!plugin) throw new ImportFailed(`The import plugin ${name} is not offered here.`);
  const result = plugin.applies({ image, task })
    ? await runPlugin(ports, plugin, run)
    : ({ outcome: "unchanged" } as const);
  if (result.outcome === "continues" || result.outcome === "waits") return result.outcome;
  await takeChanges(ports, name, run, result.outcome === "changed" ? result : {});
  return "done";
};

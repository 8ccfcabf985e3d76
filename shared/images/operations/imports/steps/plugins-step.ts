import { imageEvent } from "../../../domain/image-events.ts";
import { checkAddedProperties } from "../../../domain/quota.ts";
import { bytesOfTransfer } from "../../../domain/transfer.ts";
import type { ImportPlugin, PluginChanges, PluginResult } from "../../../ports/import-plugin.ts";
import { outputQuota } from "../../quotas/output-quota.ts";
import { beginStage } from "../begin-stage.ts";
import { changeImport, type ImportState } from "../change-import.ts";
import { askConverter } from "../conversion/ask-converter.ts";
import { ImportFailed } from "../import-errors.ts";
import type { ImportPorts, ImportRun, Step } from "../import-ports.ts";
import { takeStaged } from "../take-staged.ts";

type Changed = Extract<PluginResult, { outcome: "changed" }>;

/** Has one plugin look at the staged bytes; undefined where there is nothing to do. */
async function runPlugin(
  ports: ImportPorts,
  plugin: ImportPlugin,
  { image, task, mayGoOn, isOurs }: ImportRun,
): Promise<PluginResult> {
  const { staged } = image;
  if (!staged) throw new ImportFailed("The staged data is gone: stage it again.");
  const store = ports.stores.of(staged);
  return plugin.run({
    ...{ image, task, mayGoOn, isOurs },
    quota: () => outputQuota(ports, image),
    staged: { store, key: staged.key, size: staged.size },
    output: async () => {
      const transfer = await beginStage(ports, task.id, { store: staged.store, size: null });
      return { transfer, store: ports.stores.of(bytesOfTransfer(transfer)) };
    },
  });
}

/** The image with what a plugin has changed of it, and what gives its attributes back where the import fails. */
function changed({ image, task }: ImportState, attributes: PluginChanges) {
  const { properties = {}, ...others } = attributes;
  const { restore = {} } = task.import;
  const isSet = new Set(restore.set);
  const anew = Object.keys(properties).filter((name) => !isSet.has(name));
  const before = Object.entries(image.properties).filter(([name]) => anew.includes(name));
  return {
    after: { ...image, ...others, properties: { ...image.properties, ...properties } },
    restore: {
      ...{ disk_format: image.disk_format, container_format: image.container_format },
      ...restore,
      set: [...isSet, ...anew],
      properties: { ...restore.properties, ...Object.fromEntries(before) },
    },
  };
}

/** Writes what a plugin has changed, and that it is done. */
async function takeChanges(
  ports: ImportPorts,
  name: string,
  { task: { id: taskId, import: work } }: ImportRun,
  { attributes, output }: Partial<Changed>,
): Promise<void> {
  const plugins_done = [...work.plugins_done, name];
  const change = (state: ImportState) => {
    const made = changed(state, attributes ?? {});
    checkAddedProperties(state.image, made.after, ports.settings.image_property_quota);
    return made;
  };
  if (output) {
    const { task: now } = await changeImport(ports, { taskId }, () => undefined);
    const transferId = now.import.transfer_id ?? work.transfer_id ?? "";
    return takeStaged(
      ports,
      { taskId, transferId },
      { ...output, work: { plugins_done }, ...(attributes && { change }) },
    );
  }
  await changeImport(ports, { taskId }, (state) => {
    if (!attributes) return { work: { plugins_done } };
    const { after, restore } = change(state);
    return { image: after, work: { plugins_done, restore }, events: [imageEvent("image.update", after)] };
  });
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
  if (result.outcome === "continues") return "continues";
  if (result.outcome === "converts") return askConverter(ports, task.id, result.insteadOf);
  await takeChanges(ports, name, run, result.outcome === "changed" ? result : {});
  return "done";
};

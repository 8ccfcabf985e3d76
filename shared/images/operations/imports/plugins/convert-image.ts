import type { Settings } from "../../../../settings.ts";
import { convertibleFormats, isConvertible } from "../../../domain/convertible-formats.ts";
import type { ImportPlugin, PluginRun } from "../../../ports/import-plugin.ts";
import { inspectConvertible } from "../conversion/inspect-convertible.ts";
import { ImportFailed } from "../import-errors.ts";
import { completeStage, PartsChanged } from "../take-staged.ts";

/** Throws ImportFailed for data that no converter is to be bothered with. */
async function judge({ image, staged }: PluginRun, settings: Settings): Promise<void> {
  const { disk_format } = image;
  const { size, store, key } = staged;
  if (size === 0) throw new ImportFailed("There is no data to convert: stage the image's data first.");
  const read = (offset: number, length: number) => store.read(key, offset, Math.min(length, size - offset));
  await inspectConvertible({ size, read }, disk_format ?? "", settings);
  if (disk_format !== "iso" && !isConvertible(disk_format))
    throw new ImportFailed(
      `An image of disk_format ${disk_format} cannot be converted: this service converts ` +
        `${convertibleFormats.join(", ")}, and leaves iso as it is.`,
    );
}

/**
 * Glance's `image_conversion`: puts the same disk in the format of the settings in the place of the staged bytes. A
 * converter writes it, which is none of the functions; what it has written is judged as any other staged bytes are.
 */
export const convertImage = (settings: Settings): ImportPlugin => ({
  name: "image_conversion",
  applies: () => true,
  run: async (run) => {
    const { conversion, transfer_id } = run.task.import;
    const known = conversion?.transfer_id === transfer_id ? conversion : undefined;
    if (known?.failure !== undefined) throw new ImportFailed(known.failure);
    if (!known) {
      await judge(run, settings);
      const { disk_format } = run.image;
      if (disk_format === "iso" || disk_format === settings.output_format) return { outcome: "unchanged" };
    }
    const { transfer, store } = await run.output();
    if (!known?.done || known.transfer_id !== transfer.id) return { outcome: "converts" };
    const { size, disk_format, virtual_size, mark } = known.done;
    try {
      return {
        outcome: "changed",
        attributes: { disk_format, container_format: "bare", virtual_size },
        output: await completeStage(store, transfer, size, mark),
      };
    } catch (error) {
      // A converter that was thought dead has stored a part since.
      if (error instanceof PartsChanged) return { outcome: "converts", insteadOf: mark };
      throw error;
    }
  },
});

import type { Settings } from "../../../../settings.ts";
import type { ImportPlugin } from "../../../ports/import-plugin.ts";
import { convertImage } from "./convert-image.ts";
import { decompressImage } from "./decompress-image.ts";
import { injectMetadata } from "./inject-metadata.ts";

/** Glance's plugin to try plugins with. */
const noOp: ImportPlugin = {
  name: "no_op",
  applies: () => false,
  run: async () => ({ outcome: "unchanged" }),
};

/** The plugins that `image_import_plugins` may name, by name. */
export const importPlugins = (settings: Settings): ReadonlyMap<string, ImportPlugin> =>
  new Map(
    [noOp, injectMetadata(settings), decompressImage(settings), convertImage(settings)].map((plugin) => [
      plugin.name,
      plugin,
    ]),
  );

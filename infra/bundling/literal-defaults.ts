import type { Plugin } from "esbuild";
import { defaultSettings } from "../../shared/settings/default-settings.ts";

/**
 * The settings' defaults as they are, in place of the module that takes them out of the table of options: that table
 * with its parsers was 12 kB of each bundle.
 */
export const literalDefaults: Plugin = {
  name: "literal-defaults",
  setup: (builder) =>
    builder.onLoad({ filter: /[\\/]shared[\\/]settings[\\/]default-settings\.ts$/ }, () => ({
      contents: `export const defaultSettings=()=>(${JSON.stringify(defaultSettings())});`,
      loader: "js",
    })),
};

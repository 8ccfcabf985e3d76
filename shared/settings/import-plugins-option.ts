import { type Option, words } from "./option.ts";

const known = ["no_op", "inject_image_metadata", "image_decompression", "image_conversion"] as const;
export type ImportPluginName = (typeof known)[number];

/** Import plugins in their order. Glance, too, decompresses first: what is converted is the disk. */
export const importPluginsOption = (): Option<readonly ImportPluginName[]> => {
  const offered = words(known, []);
  return {
    ...offered,
    form: `${known.join(", ")}, each at most once, with commas between, image_decompression before image_conversion; or nothing`,
    parse: (text) => {
      const names = offered.parse(text);
      if (names instanceof Error) return names;
      const [unpacks, converts] = [names.indexOf("image_decompression"), names.indexOf("image_conversion")];
      return converts >= 0 && unpacks > converts
        ? Error("image_decompression before image_conversion: data that is compressed cannot be converted")
        : names;
    },
  };
};

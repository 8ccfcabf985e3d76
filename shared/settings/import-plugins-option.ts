import { type Option, words } from "./option.ts";

const known = ["no_op", "inject_image_metadata", "image_decompression"] as const;
export type ImportPluginName = (typeof known)[number];

/** Import plugins in their order. The one of Glance's that there is not is refused with the reason. */
export const importPluginsOption = (): Option<readonly ImportPluginName[]> => {
  const offered = words(known, []);
  return {
    ...offered,
    form: `${known.join(", ")}, each at most once, with commas between; or nothing`,
    parse: (text) =>
      text.split(",").some((word) => word.trim() === "image_conversion")
        ? Error(
            `${known.join(", ")}; image_conversion is not offered here: convert images before they are uploaded ` +
              "(qemu-img convert), and leave it out",
          )
        : offered.parse(text),
  };
};

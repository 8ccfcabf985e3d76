import { FIRST_BUCKETS_STORE, holdsBytes, storesOfType } from "../../shared/settings/stores/store-setting.ts";
import type { Settings } from "../../shared/settings.ts";

/** What the settings turn on, and what nobody need pay for where they do not: its queue is not polled, its jobs rest. */
export type Feature =
  | "cache"
  | "copies"
  | "sources"
  | "folders"
  | "delayed-delete"
  | "imports"
  | "fetching"
  | "conversion";

/** The settings that decide. */
export type Deciding = Pick<
  Settings,
  | "image_cache_dir"
  | "enabled_backends"
  | "delayed_delete"
  | "enabled_import_methods"
  | "image_import_plugins"
>;

interface FeatureRule {
  readonly isOn: (settings: Deciding) => boolean;
  /** For docs/functions.md. */
  readonly words: string;
}

/**
 * Copies between stores need a second store, and no setting beside it: an admin's property may ask for them of one
 * image. The first bucket is always one of them, as images may lie there from before stores had names.
 */
const hasSeveralStores = ({ enabled_backends }: Deciding): boolean =>
  new Set([FIRST_BUCKETS_STORE, ...enabled_backends.filter(holdsBytes).map(({ id }) => id)]).size > 1;

const rules: Readonly<Record<Feature, FeatureRule>> = {
  cache: { isOn: ({ image_cache_dir }) => image_cache_dir !== "", words: "with `image_cache_dir`" },
  copies: { isOn: hasSeveralStores, words: "with several stores that take images" },
  sources: {
    isOn: ({ enabled_backends }) => storesOfType(enabled_backends, "http").length > 0,
    words: "with a store of type `http`",
  },
  folders: {
    isOn: ({ enabled_backends }) => storesOfType(enabled_backends, "file").length > 0,
    words: "with a store of type `file`",
  },
  "delayed-delete": { isOn: ({ delayed_delete }) => delayed_delete, words: "with `delayed_delete`" },
  imports: {
    isOn: ({ enabled_import_methods }) => enabled_import_methods.length > 0,
    words: "with `enabled_import_methods`",
  },
  fetching: {
    isOn: ({ enabled_import_methods }) =>
      enabled_import_methods.includes("web-download") || enabled_import_methods.includes("glance-download"),
    words: "with `web-download` or `glance-download` in `enabled_import_methods`",
  },
  conversion: {
    isOn: ({ image_import_plugins }) => image_import_plugins.includes("image_conversion"),
    words: "with `image_conversion` in `image_import_plugins`",
  },
};

/** Whether there is something to do for what belongs to a feature; what belongs to none always has. */
export const isNeeded = (settings: Deciding, feature: Feature | undefined): boolean =>
  feature === undefined || rules[feature].isOn(settings);

/** When it is on. */
export const featureWords = (feature: Feature): string => rules[feature].words;

import { storesOfType } from "../../shared/settings/stores/store-setting.ts";
import type { Settings, SynthSettings } from "../../shared/settings.ts";

type Deciding = Pick<
  Settings & SynthSettings,
  "image_import_plugins" | "image_converters" | "enabled_backends"
>;

/** Why image_conversion cannot be had with these settings, with what to do. */
export function converterFault(settings: Deciding): string | undefined {
  if (!settings.image_import_plugins.includes("image_conversion")) return undefined;
  if (settings.image_converters === 0)
    return (
      "GLANCE_IMAGE_IMPORT_PLUGINS: image_conversion needs converters, which cost as long as they are there: set " +
      "GLANCE_IMAGE_CONVERTERS to 1 or more (docs/imports.md), or leave image_conversion out"
    );
  // Their network is open for the ports that are known when it is made.
  const unknown = storesOfType(settings.enabled_backends, "swift").find(
    ({ endpoint }) => endpoint === undefined,
  );
  return (
    unknown &&
    `GLANCE_ENABLED_BACKENDS: ${unknown.id}: image_conversion needs the endpoint of this store, whose port converters ` +
      "are let out to: say endpoint, the URL of the Swift account, or leave image_conversion out"
  );
}

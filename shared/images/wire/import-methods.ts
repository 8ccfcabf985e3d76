import type { Settings } from "../../settings.ts";

/** By which clients know that an image that was just created can be imported; absent where there are no imports. */
export const importMethodsHeader = ({
  enabled_import_methods: methods,
}: Pick<Settings, "enabled_import_methods">): Readonly<Record<string, string>> =>
  methods.length === 0 ? {} : { "OpenStack-image-import-methods": methods.join(",") };

import { isCacheOn } from "../../shared/cache/domain/is-cache-on.ts";
import type { OfferedVersions } from "../../shared/http/versions.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import type { Settings } from "../../shared/settings.ts";

/** Versions that are listed where the settings bring what they are about. */
export const offeredVersions = (settings: Settings): OfferedVersions => ({
  severalStores: configuredStores(settings).named,
  cache: isCacheOn(settings),
});

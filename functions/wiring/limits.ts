import { systemClock as clock } from "../../shared/clock.ts";
import { keystoneLimits } from "../../shared/images/adapters/keystone/keystone-limits.ts";
import { configuredLimits } from "../../shared/images/operations/quotas/configured-limits.ts";
import type { Limits } from "../../shared/images/ports/limits.ts";
import type { Settings } from "../../shared/settings.ts";
import { keystoneLogin } from "./keystone-login.ts";

/** How much projects may use: what Keystone says where it is asked, else the settings. */
export function limits(settings: Settings): Limits {
  if (!settings.use_keystone_limits || settings.keystone_auth_url === "") return configuredLimits(settings);
  return keystoneLimits({
    ...keystoneLogin(settings, "system"),
    clock,
    cacheSeconds: settings.token_cache_time,
    endpointId: settings.endpoint_id,
  });
}

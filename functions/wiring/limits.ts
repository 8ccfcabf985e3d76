import { systemClock as clock } from "../../shared/clock.ts";
import { keystoneLimits } from "../../shared/images/adapters/keystone/keystone-limits.ts";
import { configuredLimits } from "../../shared/images/operations/quotas/configured-limits.ts";
import type { Limits } from "../../shared/images/ports/limits.ts";
import { askKeystone } from "../../shared/keystone/ask-keystone.ts";
import { serviceToken } from "../../shared/keystone/service-token.ts";
import type { Settings } from "../../shared/settings.ts";
import { keystoneCredentials } from "./keystone-credentials.ts";

/** How much projects may use: what Keystone says where it is asked, else the settings. */
export function limits(settings: Settings): Limits {
  const { keystone_auth_url: authUrl, keystone_timeout: timeoutSeconds } = settings;
  if (!settings.use_keystone_limits || authUrl === "") return configuredLimits(settings);
  const ask = askKeystone({ authUrl, timeoutSeconds, clock });
  return keystoneLimits({
    ask,
    service: serviceToken({ ask, credentials: keystoneCredentials(), clock, scope: "system" }),
    clock,
    cacheSeconds: settings.token_cache_time,
    endpointId: settings.endpoint_id,
  });
}

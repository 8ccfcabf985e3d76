import { secretsManager } from "../../shared/aws/secrets-manager.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { environment } from "../../shared/environment.ts";
import { askKeystone } from "../../shared/keystone/ask-keystone.ts";
import { parseServiceCredentials } from "../../shared/keystone/service-credentials.ts";
import { type ServiceTokenWiring, serviceToken } from "../../shared/keystone/service-token.ts";
import type { Settings } from "../../shared/settings.ts";

/** The settings' Keystone, and this service's own login there, read from its secret at each login. */
export function keystoneLogin(
  { keystone_auth_url: authUrl, keystone_timeout: timeoutSeconds }: Settings,
  scope?: ServiceTokenWiring["scope"],
) {
  const ask = askKeystone({ authUrl, timeoutSeconds, clock });
  const secrets = secretsManager({ environment: process.env });
  const credentials = async () =>
    parseServiceCredentials(await secrets.read(environment("keystoneSecretId")));
  return { ask, service: serviceToken({ ask, credentials, clock, ...(scope && { scope }) }) };
}

import { askKeystone } from "../../shared/adapters/keystone/ask-keystone.ts";
import { KeystoneUnavailable } from "../../shared/adapters/keystone/keystone-unavailable.ts";
import { serviceLogin } from "../../shared/adapters/keystone/service-credentials.ts";
import { systemClock } from "../../shared/ports/clock.ts";
import type { KeystoneOptions } from "./keystone-options.ts";
import { StartFailure } from "./start-failure.ts";

/** Logs in once as the functions will. Throws StartFailure when the Keystone is not there or refuses. */
export async function checkKeystone({
  authUrl,
  timeoutSeconds,
  credentials,
}: KeystoneOptions): Promise<void> {
  const ask = askKeystone({ authUrl, timeoutSeconds, clock: systemClock });
  const { status } = await ask("/auth/tokens?nocatalog", {
    headers: {},
    body: serviceLogin(credentials),
  }).catch((error: unknown) => {
    if (!(error instanceof KeystoneUnavailable)) throw error;
    throw new StartFailure(`GLANCE_KEYSTONE_AUTH_URL: no Keystone answers at ${authUrl}`);
  });
  if (status === 201) return;
  throw new StartFailure(
    status === 401
      ? `the Keystone at ${authUrl} refuses GLANCE_KEYSTONE_USERNAME, GLANCE_KEYSTONE_PASSWORD or GLANCE_KEYSTONE_PROJECT_NAME`
      : `GLANCE_KEYSTONE_AUTH_URL: what answers at ${authUrl} is no Keystone v3 (${status})`,
  );
}

/** The login as the functions' secret says it. */
export const secretText = ({ credentials }: KeystoneOptions): string =>
  JSON.stringify({
    username: credentials.username,
    password: credentials.password,
    project_name: credentials.projectName,
    user_domain_name: credentials.userDomainName,
    project_domain_name: credentials.projectDomainName,
  });

import { systemClock } from "../../shared/clock.ts";
import { askKeystone } from "../../shared/keystone/ask-keystone.ts";
import { KeystoneUnavailable } from "../../shared/keystone/keystone-unavailable.ts";
import { type ServiceScope, serviceLogin } from "../../shared/keystone/service-credentials.ts";
import { StartFailure } from "../local-aws/start-failure.ts";
import type { KeystoneOptions } from "./keystone-options.ts";

/** Logs in once as the functions will. Throws StartFailure when the Keystone is not there or refuses. */
export async function checkKeystone({
  authUrl,
  timeoutSeconds,
  credentials,
  readsLimits,
}: KeystoneOptions): Promise<void> {
  const ask = askKeystone({ authUrl, timeoutSeconds, clock: systemClock });
  const logIn = async (scope: ServiceScope): Promise<number> => {
    const question = { headers: {}, body: serviceLogin(credentials, scope) };
    const { status } = await ask("/auth/tokens?nocatalog", question).catch((error: unknown) => {
      if (!(error instanceof KeystoneUnavailable)) throw error;
      throw new StartFailure(`GLANCE_KEYSTONE_AUTH_URL: no Keystone answers at ${authUrl}`);
    });
    return status;
  };
  const status = await logIn("project");
  if (status === 201 && readsLimits && (await logIn("system")) !== 201) {
    const { username } = credentials;
    throw new StartFailure(
      `GLANCE_USE_KEYSTONE_LIMITS: ${username} may not read limits: openstack role add --user ${username} --system all reader`,
    );
  }
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

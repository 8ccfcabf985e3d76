import type { ServiceCredentials } from "../../shared/keystone/service-credentials.ts";
import type { Settings } from "../../shared/settings.ts";
import { StartFailure } from "../local-aws/start-failure.ts";

/** An existing Keystone, and how this service logs in there. */
export interface KeystoneOptions {
  readonly authUrl: string;
  readonly timeoutSeconds: number;
  readonly credentials: ServiceCredentials;
  /** It says how much projects may use, too. */
  readonly readsLimits?: true;
}

/** On AWS a secret says these; `GLANCE_KEYSTONE_AUTH_URL` beside them is a setting. */
export const keystoneVariables = [
  "GLANCE_KEYSTONE_USERNAME",
  "GLANCE_KEYSTONE_PASSWORD",
  "GLANCE_KEYSTONE_PROJECT_NAME",
] as const;

/** All of the variables or none. Throws StartFailure, which names what is missing. */
export function keystoneOptions(
  environment: Readonly<Record<string, string | undefined>>,
  {
    keystone_auth_url: authUrl,
    keystone_timeout: timeoutSeconds,
    use_keystone_limits: readsLimits,
  }: Settings,
): KeystoneOptions | undefined {
  const given = keystoneVariables.filter((name) => environment[name]);
  if (authUrl === "") {
    if (given[0]) throw new StartFailure(`${given[0]} needs GLANCE_KEYSTONE_AUTH_URL`);
    return undefined;
  }
  if (!/^https?:\/\//.test(authUrl))
    throw new StartFailure("GLANCE_KEYSTONE_AUTH_URL: expected an http or https URL");
  const text = (name: (typeof keystoneVariables)[number]): string => {
    const value = environment[name];
    if (value) return value;
    const missing = keystoneVariables.filter((one) => !environment[one]);
    throw new StartFailure(`GLANCE_KEYSTONE_AUTH_URL needs ${missing.join(", ")}`);
  };
  return {
    authUrl,
    timeoutSeconds,
    ...(readsLimits && { readsLimits }),
    credentials: {
      username: text("GLANCE_KEYSTONE_USERNAME"),
      password: text("GLANCE_KEYSTONE_PASSWORD"),
      projectName: text("GLANCE_KEYSTONE_PROJECT_NAME"),
      userDomainName: "Default",
      projectDomainName: "Default",
    },
  };
}

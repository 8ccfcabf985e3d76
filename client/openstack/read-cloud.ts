import { ownValue } from "../../shared/domain/own-value.ts";
import { type CloudSettings, ConfigurationError, cloudSettings } from "./cloud-settings.ts";
import {
  type Environment,
  isMapping,
  type Mapping,
  readCloudFile,
  type Surroundings,
} from "./config-files.ts";

/** What the command line may say instead of files and environment. */
export interface CloudOptions {
  readonly cloud?: string | undefined;
  readonly region?: string | undefined;
  readonly interface?: string | undefined;
  readonly imageEndpoint?: string | undefined;
  readonly insecure?: boolean | undefined;
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

/** Spellings that older clients took, and still stand in files. */
const newNames: Readonly<Record<string, string>> = {
  tenant_name: "project_name",
  tenant_id: "project_id",
  user: "username",
  user_name: "username",
  auth_token: "token",
  url: "endpoint",
};

function authValues(entries: Iterable<readonly [string, unknown]>): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of entries) {
    const plain = name.toLowerCase().replaceAll("-", "_");
    const known = text(value);
    if (known !== undefined && known !== "") values.set(ownValue(newNames, plain) ?? plain, known);
  }
  return Object.fromEntries(values);
}

/** OS_USERNAME as username, and so on. */
const authVariables = (environment: Environment): Record<string, string> =>
  authValues(
    Object.entries(environment).flatMap(([name, value]) =>
      name.startsWith("OS_") && value ? [[name.slice(3), value] as const] : [],
    ),
  );

function fromFile(name: string, cloud: Mapping, path: string, environment: Environment) {
  const auth = authValues(Object.entries(isMapping(cloud.auth) ? cloud.auth : {}));
  return {
    source: `cloud ${name} in ${path}`,
    authType: text(cloud.auth_type),
    // A password that is deliberately not in the file comes from the environment.
    auth: { ...(environment.OS_PASSWORD ? { password: environment.OS_PASSWORD } : {}), ...auth },
    region: text(cloud.region_name),
    interface: text(cloud.interface) ?? text(cloud.endpoint_type),
    imageEndpoint: text(cloud.image_endpoint_override) ?? text(cloud.image_endpoint),
    cacert: text(cloud.cacert),
    verify: cloud.verify !== false && cloud.insecure !== true,
  };
}

function fromVariables(environment: Environment) {
  return {
    source: "the OS_* variables",
    authType: environment.OS_AUTH_TYPE,
    auth: {
      ...authVariables(environment),
      ...(environment.OS_IMAGE_URL ? { endpoint: environment.OS_IMAGE_URL } : {}),
    },
    region: environment.OS_REGION_NAME,
    interface: environment.OS_INTERFACE ?? environment.OS_ENDPOINT_TYPE,
    imageEndpoint: environment.OS_IMAGE_ENDPOINT_OVERRIDE ?? environment.OS_IMAGE_URL,
    cacert: environment.OS_CACERT,
    verify: !/^(1|true|yes)$/i.test(environment.OS_INSECURE ?? ""),
  };
}

/** The cloud's entry, or the list of those that exist. */
function namedCloud(name: string, file: { path: string; clouds: Mapping } | undefined): Mapping {
  if (!file) throw new ConfigurationError(`cloud ${name} was asked for, but there is no clouds.yaml`);
  const cloud = ownValue(file.clouds, name);
  if (isMapping(cloud)) return cloud;
  throw new ConfigurationError(
    `${file.path} has no cloud ${name}; it has ${Object.keys(file.clouds).join(", ")}`,
  );
}

/**
 * The cloud to work with: the one named by the option or OS_CLOUD, else the OS_* variables, else the only cloud of
 * clouds.yaml. Options override what is found. Throws ConfigurationError.
 */
export async function readCloud(options: CloudOptions, where: Surroundings): Promise<CloudSettings> {
  const { environment } = where;
  const isSet =
    environment.OS_AUTH_URL || environment.OS_ENDPOINT || environment.OS_URL || environment.OS_IMAGE_URL;
  let name = options.cloud || environment.OS_CLOUD;
  const file = name || !isSet ? await readCloudFile(where) : undefined;
  if (!name && !isSet) {
    const names = Object.keys(file?.clouds ?? {});
    if (names.length !== 1) {
      throw new ConfigurationError(
        names.length === 0
          ? "no cloud is configured: set OS_CLOUD (with a clouds.yaml) or OS_AUTH_URL and its like"
          : `which cloud? Give --os-cloud or set OS_CLOUD to one of ${names.join(", ")}`,
      );
    }
    name = names[0];
  }
  const raw = name
    ? fromFile(name, namedCloud(name, file), file?.path ?? "clouds.yaml", environment)
    : fromVariables(environment);
  return cloudSettings({
    ...raw,
    region: options.region ?? raw.region,
    interface: options.interface ?? raw.interface,
    imageEndpoint: options.imageEndpoint ?? raw.imageEndpoint,
    verify: raw.verify && !options.insecure,
  });
}

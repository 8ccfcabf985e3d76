import { ownValue } from "../../shared/own-value.ts";
import { checkNetworks } from "./cloud-networks.ts";
import { chosenRegion } from "./cloud-regions.ts";
import { type CloudSettings, ConfigurationError } from "./cloud-settings.ts";
import {
  authOf,
  emptyValues,
  expanded,
  lay,
  put,
  switchOf,
  textOf,
  type Values,
  withPlainNames,
} from "./cloud-values.ts";
import { type CloudOptions, commandLineValues } from "./command-line-values.ts";
import { type CloudFile, type ConfigSources, type Environment, readCloudFile } from "./config-files.ts";
import { loginValues, moveIntoAuth, spreadDomain } from "./login-values.ts";
import { isMapping, type Mapping } from "./mapping.ts";
import { tlsSettings } from "./tls-settings.ts";
import { vendorProfile } from "./vendor-profile.ts";

/** Variables that choose a cloud without being one. */
const selectors = new Set([
  "OS_CLOUD",
  "OS_CLOUD_NAME",
  "OS_REGION_NAME",
  "OS_CLIENT_CONFIG_FILE",
  "OS_CLIENT_SECURE_FILE",
]);

/** Whether the OS_* variables are a cloud of their own. */
const areACloud = (environment: Environment): boolean =>
  Object.keys(environment).some(
    (name) => name.startsWith("OS_") && !/^OS_(TEST|STD|LOG)/.test(name) && !selectors.has(name),
  );

/** The cloud's entry; empty for the variables' own. Throws ConfigurationError. */
function entryOf(name: string | undefined, { path, clouds }: CloudFile): Mapping {
  if (name === undefined) return {};
  const cloud = ownValue(clouds, name);
  if (isMapping(cloud)) return cloud;
  const names = Object.keys(clouds).join(", ") || "none";
  throw new ConfigurationError(`${path} has no cloud ${name}; it has ${names}`);
}

/** Undefined where the OS_* variables are the cloud. Throws ConfigurationError where none can be chosen. */
function chosenCloud(
  options: CloudOptions,
  environment: Environment,
  { clouds }: CloudFile,
): string | undefined {
  const named = options.cloud || environment.OS_CLOUD;
  if (named) return named;
  if (areACloud(environment)) return undefined;
  const names = Object.keys(clouds);
  if (names.length === 1) return names[0];
  throw new ConfigurationError(
    names.length === 0
      ? "no cloud is configured: set OS_CLOUD (with a clouds.yaml) or OS_AUTH_URL and its like"
      : `which cloud? Give --os-cloud or set OS_CLOUD to one of ${names.join(", ")}`,
  );
}

/** What is not said otherwise; an endpoint and a token in the environment need no login. */
const defaultsFor = (given: Values): Values =>
  Object.assign(emptyValues(), {
    auth_type: given.endpoint && given.token ? "admin_token" : "password",
    interface: "public",
    verify: true,
    auth: emptyValues(),
  });

/** openstacksdk's get_one: profile, cloud, region and command line laid over each other, then put straight. */
function mergedValues(layers: readonly Mapping[], source: string): Values {
  const config = emptyValues();
  for (const layer of layers) lay(config, layer, source);
  const auth = authOf(config);
  if (auth.token || config.auth_token || config.token) {
    config.token ??= config.auth_token;
    delete config.auth_token;
    if (config.token === undefined) delete config.token;
  }
  if (Object.hasOwn(config, "passcode")) auth.passcode = config.passcode;
  if (Object.hasOwn(config, "endpoint_type")) config.interface = config.endpoint_type;
  if (Object.hasOwn(config, "image_endpoint_type")) config.image_interface = config.image_endpoint_type;
  moveIntoAuth(config, source);
  checkNetworks(config, source);
  spreadDomain(config);
  config.insecure = switchOf(config.insecure, "insecure", source);
  if (typeof auth.auth_url === "string") auth.auth_url = expanded(auth.auth_url, config, source);
  return withPlainNames(config, source);
}

function authTypeOf(config: Values, source: string): string {
  const named = config.auth_type;
  if (named)
    return named === "token_endpoint"
      ? "admin_token"
      : named === "None"
        ? "none"
        : textOf(named, "auth_type", source);
  const kind = config.username || !config.token ? "password" : "token";
  return config.identity_api_version === "3" && (config.username || config.token) ? `v3${kind}` : kind;
}

function checkVersions(config: Values, source: string): void {
  const { identity_api_version: identity, image_api_version: image } = config;
  if (identity !== undefined && String(identity).startsWith("2")) {
    throw new ConfigurationError(`${source}: identity_api_version ${identity} is not supported, only 3 is`);
  }
  if (image !== undefined && !/^2(\.\d+)?$/.test(String(image))) {
    throw new ConfigurationError(`${source}: image_api_version ${image} is not supported, only 2 is`);
  }
}

/** With identity_api_version 3, users and projects without a domain are in the default one. */
function addDefaultDomain(config: Values, authType: string): void {
  if (config.identity_api_version !== "3" || !authType.endsWith("password")) return;
  const auth = authOf(config);
  for (const owner of ["user", "project"]) {
    const [id, name] = [`${owner}_domain_id`, `${owner}_domain_name`];
    if (!ownValue(auth, id) && !ownValue(auth, name)) put(auth, id, config.default_domain);
  }
}

function checkedUrl(url: string | undefined, what: string, source: string): string | undefined {
  if (url !== undefined && !(/^https?:\/\/[^/]/.test(url) && URL.canParse(url))) {
    throw new ConfigurationError(`${source}: ${what} is no http or https URL`);
  }
  return url;
}

function settingsOf(config: Values, options: CloudOptions, source: string, home: string): CloudSettings {
  checkVersions(config, source);
  const authType = authTypeOf(config, source);
  addDefaultDomain(config, authType);
  const auth = loginValues(config, authType, source);
  for (const [name, value] of Object.entries(config)) {
    if (typeof value === "string" && name !== "password") put(config, name, expanded(value, config, source));
  }
  const optional = (...names: string[]) => {
    const name = names.find((each) => (ownValue(config, each) ?? undefined) !== undefined);
    return name === undefined ? undefined : textOf(ownValue(config, name), name, source) || undefined;
  };
  const fixed = authType === "none" || authType === "admin_token" ? auth.endpoint : undefined;
  const imageEndpoint =
    options.imageEndpoint ?? optional("image_endpoint_override") ?? optional("image_endpoint") ?? fixed;
  if (auth.auth_url === undefined && imageEndpoint === undefined) {
    throw new ConfigurationError(`${source}: the endpoint is missing`);
  }
  checkedUrl(auth.auth_url, "auth_url", source);
  return {
    source,
    authType,
    auth,
    region: optional("image_region_name", "region_name"),
    interface: (optional("image_interface", "interface") ?? "public").replace(/URL$/, ""),
    serviceType: optional("image_service_type") ?? "image",
    serviceName: optional("image_service_name"),
    imageEndpoint: checkedUrl(imageEndpoint, "the image endpoint", source),
    tls: tlsSettings(config, source, home),
  };
}

/** OS_IMAGE_URL and OS_AUTH_TOKEN are the glance client's way to do without a login. */
function glanceVariables(environment: Environment): Values | undefined {
  const { OS_IMAGE_URL: endpoint, OS_AUTH_TOKEN, OS_TOKEN, OS_AUTH_URL } = environment;
  const token = OS_AUTH_TOKEN || OS_TOKEN;
  return endpoint && token && !OS_AUTH_URL ? { endpoint, token, auth_type: "admin_token" } : undefined;
}

/**
 * The cloud to work with, as the openstack client would choose and read it: the one named by the option or OS_CLOUD, else
 * the OS_* variables, else the only cloud of clouds.yaml. Throws ConfigurationError, also where a setting is not
 * supported and doing without it could lead elsewhere.
 */
export async function readCloud(options: CloudOptions, where: ConfigSources): Promise<CloudSettings> {
  const { environment } = where;
  const file = await readCloudFile(where);
  const environmentCloud = environment.OS_CLOUD_NAME ?? "envvars";
  if (Object.hasOwn(file.clouds, environmentCloud)) {
    throw new ConfigurationError(
      `${file.path} has a cloud named ${environmentCloud}, which stands for the OS_* variables: give it another name`,
    );
  }
  const name = chosenCloud(options, environment, file);
  const source = name === undefined ? "the OS_* variables" : `cloud ${name} in ${file.path}`;
  const given = commandLineValues(options, environment);
  if (name === undefined) Object.assign(given, glanceVariables(environment));
  const cloud = name === environmentCloud ? {} : entryOf(name, file);
  const profile = await vendorProfile(cloud, environmentCloud, source, where);
  const region = chosenRegion(cloud, profile, given.region_name as string | undefined, source);
  const { regions: _, cloud: __, ...own } = cloud;
  const layers = [defaultsFor(given), profile, own, region.values, { ...given, region_name: region.name }];
  return settingsOf(mergedValues(layers, source), options, source, where.home);
}

import { ownValue } from "../../shared/own-value.ts";
import { ConfigurationError } from "./cloud-settings.ts";
import { type ConfigSources, firstFile } from "./config-files.ts";
import { isMapping, type Mapping } from "./mapping.ts";

/** Profiles that openstacksdk brings along (config/vendors). They are not built in here, and never passed over. */
const builtIn: ReadonlySet<string> = new Set(
  (
    "auro betacloud bluebox catalyst citycloud conoha dreamcompute elastx entercloudsuite fuga ibmcloud internap " +
    "limestonenetworks otc ovh ovh-us rackspace switchengines ultimum unitedstack vexxhost zetta"
  ).split(" "),
);

/**
 * What `profile` (or `cloud`, its old name) of a cloud stands for in clouds-public.yaml; nothing for a name that nobody
 * knows, with a warning. Throws ConfigurationError for openstacksdk's built-in profiles and for URLs.
 */
export async function vendorProfile(
  cloud: Mapping,
  environmentCloud: string,
  source: string,
  where: ConfigSources,
): Promise<Mapping> {
  const name = Object.hasOwn(cloud, "profile") ? cloud.profile : cloud.cloud;
  if (!name || name === environmentCloud) return {};
  const file = await firstFile("clouds-public", undefined, where);
  const profiles = isMapping(file?.content) ? file.content["public-clouds"] : undefined;
  if (typeof name !== "string") throw new ConfigurationError(`${source}: profile is no text`);
  if (isMapping(profiles) && Object.hasOwn(profiles, name)) {
    const profile = ownValue(profiles, name);
    if (isMapping(profile)) return profile;
    throw new ConfigurationError(`${file?.path}: the profile ${name} is no mapping`);
  }
  if (builtIn.has(name) || /^\w+:\/\//.test(name)) {
    throw new ConfigurationError(
      `${source}: the profile ${name} is not in clouds-public.yaml, and only that is read; write its auth_url and regions into the cloud`,
    );
  }
  where.warn?.(`${source}: nobody knows the profile ${name}; it is passed over`);
  return {};
}

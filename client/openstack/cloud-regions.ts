import { ConfigurationError } from "./cloud-settings.ts";
import { type Values, withPlainNames } from "./cloud-values.ts";
import { isMapping, type Mapping } from "./mapping.ts";

export interface Region {
  readonly name: unknown;
  /** What this region has differently. */
  readonly values: Mapping;
}

function regionOf(entry: unknown, source: string): Region {
  if (!isMapping(entry)) return { name: entry, values: {} };
  const isKnown = Object.keys(entry).every((name) => name === "name" || name === "values");
  if (!Object.hasOwn(entry, "name") || !isKnown || !isMapping(entry.values ?? {})) {
    throw new ConfigurationError(`${source}: an entry of regions has more than name and values, or no name`);
  }
  return { name: entry.name, values: (entry.values ?? {}) as Mapping };
}

/** The regions a cloud names; none where it names none. Throws ConfigurationError. */
function knownRegions(cloud: Values, profile: Mapping, source: string): readonly Region[] {
  const listed = (value: unknown): readonly Region[] => {
    if (Array.isArray(value)) return value.map((entry) => regionOf(entry, source));
    throw new ConfigurationError(`${source}: regions is no list`);
  };
  if (Object.hasOwn(cloud, "regions")) return listed(cloud.regions);
  if (Object.hasOwn(cloud, "region_name")) {
    const { region_name: names } = cloud;
    if (Array.isArray(names)) return listed(names);
    if (typeof names === "string") return listed(names.split(","));
    throw new ConfigurationError(`${source}: region_name is no text`);
  }
  if (Array.isArray(profile.regions) && profile.regions.length > 0) return listed(profile.regions);
  return profile.region_name ? [regionOf(profile.region_name, source)] : [];
}

/**
 * The region to work in: the asked one, which must be among those the cloud names if it names any, else the first of
 * them. Throws ConfigurationError.
 */
export function chosenRegion(
  cloud: Mapping,
  profile: Mapping,
  asked: string | undefined,
  source: string,
): Region {
  const regions = knownRegions(withPlainNames(cloud, source), profile, source);
  const [first] = regions;
  if (!first) return { name: asked ?? "", values: {} };
  if (!asked) return first;
  const found = regions.find(({ name }) => name === asked);
  if (found) return found;
  const names = regions.map(({ name }) => String(name)).join(", ");
  throw new ConfigurationError(`${source} has no region ${asked}; it has ${names} (capitals count)`);
}

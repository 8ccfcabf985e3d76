import { isJsonObject } from "../../shared/json-object.ts";
import { type CloudSettings, ConfigurationError } from "./cloud-settings.ts";

const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((item): item is Record<string, unknown> => isJsonObject(item)) : [];

/** The image service's URL in a token's catalog. Throws ConfigurationError that names what there is instead. */
export function imageUrlOf(
  catalog: unknown,
  wanted: Pick<CloudSettings, "interface" | "region" | "serviceType" | "serviceName">,
): string {
  const endpoints = list(catalog)
    .filter(({ type, name }) => type === wanted.serviceType && [undefined, name].includes(wanted.serviceName))
    .flatMap(({ endpoints }) => list(endpoints));
  if (endpoints.length === 0) throw new ConfigurationError("the cloud's catalog has no image service");
  const { region } = wanted;
  const found = endpoints.find(
    (endpoint) =>
      endpoint.interface === wanted.interface &&
      (region === undefined || endpoint.region === region || endpoint.region_id === region),
  );
  if (typeof found?.url === "string") return found.url;
  const known = endpoints.map(
    (endpoint) => `${endpoint.interface} in ${endpoint.region ?? endpoint.region_id ?? "no region"}`,
  );
  throw new ConfigurationError(
    `the cloud's catalog has no ${wanted.interface} image endpoint${region ? ` in region ${region}` : ""}; it has ${known.join(", ")}`,
  );
}

/** Base URL of the Image API: an endpoint may be given with its version, `…/v2` or `…/v2.9/`. */
export const unversioned = (url: string): string => url.replace(/\/+$/, "").replace(/\/v\d+(\.\d+)?$/, "");

import { ownValue } from "../../shared/own-value.ts";
import { emptyValues, put, type Values } from "./cloud-values.ts";
import type { Environment } from "./config-files.ts";
import { loginNames } from "./login-kinds.ts";

/** What the command line may say instead of files and environment. */
export interface CloudOptions {
  readonly cloud?: string | undefined;
  readonly region?: string | undefined;
  readonly interface?: string | undefined;
  readonly imageEndpoint?: string | undefined;
  readonly insecure?: boolean | undefined;
}

/** Domain of users and projects that name none, where identity_api_version is 3. */
const DEFAULT_DOMAIN = "default";

/**
 * What the openstack client takes from OS_* and its options, by clouds.yaml's names; it goes before the file's, but for
 * projects, domains and tokens within `auth`. Values of other variables count for nothing there.
 */
export function commandLineValues(options: CloudOptions, environment: Environment): Values {
  const values = emptyValues();
  const set = (name: string, value: string | undefined) => {
    if (value) put(values, name, value);
  };
  const variable = (name: string) => ownValue(environment, `OS_${name.toUpperCase()}`);
  for (const name of [
    ...loginNames,
    "auth_type",
    "cacert",
    "cert",
    "key",
    "identity_api_version",
    "image_api_version",
  ])
    set(name, variable(name));
  set("project_id", variable("project_id") || variable("tenant_id"));
  set("project_name", variable("project_name") || variable("tenant_name"));
  set("region_name", options.region || variable("region_name"));
  set("interface", options.interface || variable("interface"));
  set("default_domain", variable("default_domain") || DEFAULT_DOMAIN);
  if (options.insecure) values.insecure = true;
  return values;
}

import { ownValue } from "../../shared/own-value.ts";
import { ConfigurationError } from "./cloud-settings.ts";

/** One value of a login, as keystoneauth names it. */
export interface LoginOption {
  readonly name: string;
  /** Older names of it. */
  readonly aliases: readonly string[];
  readonly isRequired: boolean;
}

const option = (name: string, ...aliases: string[]): LoginOption => ({ name, aliases, isRequired: false });
const required = (name: string): LoginOption => ({ name, aliases: [], isRequired: true });

const scope = [
  option("system_scope"),
  option("domain_id"),
  option("domain_name"),
  option("project_domain_id"),
  option("project_domain_name"),
  option("trust_id"),
];
const project = [option("project_id"), option("project_name")];
const v3 = [required("auth_url"), ...scope, ...project];
const generic = [
  required("auth_url"),
  ...scope,
  option("project_id", "tenant_id"),
  option("project_name", "tenant_name"),
  option("default_domain_id"),
  option("default_domain_name"),
];
const user = [
  option("user_id"),
  option("username", "user_name"),
  option("user_domain_id"),
  option("user_domain_name"),
];

/** The kinds of logins that are supported, with keystoneauth's options of each (loading/_plugins). */
const optionsOf: Readonly<Record<string, readonly LoginOption[]>> = {
  password: [...generic, ...user, option("password")],
  token: [...generic, option("token")],
  v3password: [...v3, ...user, option("password")],
  v3token: [...v3, option("token")],
  v3applicationcredential: [
    ...v3,
    ...user,
    required("application_credential_secret"),
    option("application_credential_id"),
    option("application_credential_name"),
  ],
  v3oidcaccesstoken: [...v3, required("identity_provider"), required("protocol"), required("access_token")],
  admin_token: [option("endpoint", "url"), option("token")],
  none: [option("endpoint")],
};

/** Every name that the environment can give a value for, as `OS_` and the name in capitals. */
export const loginNames: readonly string[] = [
  ...new Set(Object.values(optionsOf).flatMap((options) => options.map(({ name }) => name))),
  // Not supported here, but never ignored: a login without it would be another one.
  "passcode",
];

/** The options of an auth_type. Throws ConfigurationError for one that is not supported. */
export function loginOptions(source: string, authType: string): readonly LoginOption[] {
  const options = ownValue(optionsOf, authType);
  if (options) return options;
  throw new ConfigurationError(
    `${source}: auth_type ${authType} is not supported; use one of ${Object.keys(optionsOf).join(", ")}`,
  );
}

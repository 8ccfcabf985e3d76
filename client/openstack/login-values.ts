import { ownValue } from "../../shared/own-value.ts";
import { type AuthValues, ConfigurationError } from "./cloud-settings.ts";
import { authOf, emptyValues, put, take, textOf, type Values } from "./cloud-values.ts";
import { loginOptions } from "./login-kinds.ts";

/** Older spellings, each row from the weakest to the strongest; within one name, what stands in `auth` is stronger. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  domain_id: ["domain_id", "domain-id"],
  domain_name: ["domain_name", "domain-name"],
  user_domain_id: ["user_domain_id", "user-domain-id"],
  user_domain_name: ["user_domain_name", "user-domain-name"],
  project_domain_id: ["project_domain_id", "project-domain-id"],
  project_domain_name: ["project_domain_name", "project-domain-name"],
  token: ["auth-token", "auth_token", "token"],
  project_id: ["tenant_id", "tenant-id", "project_id", "project-id"],
  project_name: ["tenant_name", "tenant-name", "project_name", "project-name"],
};

/** Moves projects, domains and tokens into `auth`, wherever and however they were written. */
export function moveIntoAuth(config: Values, source: string): void {
  const auth = authOf(config);
  for (const [name, written] of Object.entries(spellings)) {
    let value: string | undefined;
    for (const spelling of written) {
      for (const place of [config, auth]) {
        if (!Object.hasOwn(place, spelling)) continue;
        value = textOf(take(place, spelling), spelling, source);
      }
    }
    if (value) put(auth, name, value);
  }
}

/** A domain said once counts for the user and the project; without a project it is what the login is for. */
export function spreadDomain(config: Values): void {
  const auth = authOf(config);
  if (!["project_id", "project_name"].some((name) => Object.hasOwn(auth, name))) return;
  for (const kind of ["id", "name"]) {
    const domain = take(auth, `domain_${kind}`);
    if (domain === undefined) continue;
    for (const owner of ["user", "project"]) {
      const name = `${owner}_domain_${kind}`;
      put(auth, name, ownValue(auth, name) ?? domain);
    }
  }
}

/**
 * The values of a login, each from beside `auth`, where the environment's are, or else from within. Throws
 * ConfigurationError for one that is missing, and for one that this auth_type does not take: it would be meant to change
 * who logs in, or where.
 */
export function loginValues(config: Values, authType: string, source: string): AuthValues {
  const auth = authOf(config);
  const values = emptyValues() as Record<string, string>;
  const known = new Set<string>();
  for (const { name, aliases, isRequired } of loginOptions(source, authType)) {
    const names = [name, ...aliases];
    for (const each of names) known.add(each);
    const first = (place: Values) => {
      const found = names.find((each) => Object.hasOwn(place, each));
      return found === undefined ? undefined : ownValue(place, found);
    };
    const value = first(config) || first(auth);
    for (const each of names) take(config, each);
    if (value) {
      if (typeof value !== "string")
        throw new ConfigurationError(`${source}: ${name} is no text; put it in quotes`);
      put(values, name, value);
    } else if (isRequired) throw new ConfigurationError(`${source}: ${name} is missing`);
  }
  for (const name of Object.keys(auth)) {
    if (!known.has(name))
      throw new ConfigurationError(`${source}: auth_type ${authType} does not take ${name}`);
  }
  checkLogin(authType, values, source);
  return values;
}

const hasDomain = (auth: AuthValues, owner: "user" | "project") =>
  auth[`${owner}_domain_id`] !== undefined || auth[`${owner}_domain_name`] !== undefined;

function checkLogin(authType: string, auth: AuthValues, source: string): void {
  const needs = (what: string, isThere: boolean) => {
    if (!isThere) throw new ConfigurationError(`${source}: ${what} is missing (auth_type is ${authType})`);
  };
  if (authType.endsWith("password")) {
    needs("username", Boolean(auth.username || auth.user_id));
    needs("the password", auth.password !== undefined);
  }
  if (authType.endsWith("token")) needs("the token", (auth.token ?? auth.access_token) !== undefined);
  if (authType === "v3applicationcredential") {
    const { application_credential_id: id, application_credential_name: name } = auth;
    needs("application_credential_id", id !== undefined || name !== undefined);
  }
  if (!authType.startsWith("v3")) return;
  // The plain types leave the domain to the identity service; these do not.
  if (auth.username !== undefined) needs("user_domain_id or user_domain_name", hasDomain(auth, "user"));
  if (auth.project_name !== undefined)
    needs("project_domain_id or project_domain_name", hasDomain(auth, "project"));
}

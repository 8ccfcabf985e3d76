import type { AuthValues, CloudSettings } from "./cloud-settings.ts";

type Domain = { readonly id: string } | { readonly name: string };

/** The domain of a user or project; where none is named Keystone's default. */
function domainOf(auth: AuthValues, owner: "user" | "project"): Domain {
  const id = auth[`${owner}_domain_id`] ?? auth.default_domain_id;
  if (id !== undefined) return { id };
  const name = auth[`${owner}_domain_name`] ?? auth.default_domain ?? auth.default_domain_name;
  return name === undefined ? { id: "default" } : { name };
}

const userOf = (auth: AuthValues) =>
  auth.user_id === undefined ? { name: auth.username, domain: domainOf(auth, "user") } : { id: auth.user_id };

function scopeOf(auth: AuthValues) {
  if (auth.project_id !== undefined) return { project: { id: auth.project_id } };
  if (auth.project_name !== undefined)
    return { project: { name: auth.project_name, domain: domainOf(auth, "project") } };
  if (auth.domain_id !== undefined) return { domain: { id: auth.domain_id } };
  if (auth.domain_name !== undefined) return { domain: { name: auth.domain_name } };
  return auth.system_scope === undefined ? undefined : { system: { all: true } };
}

function identityOf({ kind, auth }: CloudSettings) {
  if (kind === "password") {
    return { methods: ["password"], password: { user: { ...userOf(auth), password: auth.password } } };
  }
  if (kind === "token") return { methods: ["token"], token: { id: auth.token } };
  const { application_credential_id: id, application_credential_name: name } = auth;
  const credential = id === undefined ? { name, user: userOf(auth) } : { id };
  return {
    methods: ["application_credential"],
    application_credential: { ...credential, secret: auth.application_credential_secret },
  };
}

/** The body of `POST /v3/auth/tokens`. An application credential has its own scope. */
export function authRequest(settings: CloudSettings) {
  const scope = settings.kind === "application credential" ? undefined : scopeOf(settings.auth);
  return { auth: { identity: identityOf(settings), ...(scope ? { scope } : {}) } };
}

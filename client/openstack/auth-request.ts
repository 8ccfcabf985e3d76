import { type AuthValues, type CloudSettings, ConfigurationError } from "./cloud-settings.ts";

/** Where a name counts; nothing where no domain is named: the identity service decides then. */
function domainOf(auth: AuthValues, owner: "user" | "project") {
  const id = auth[`${owner}_domain_id`] ?? auth.default_domain_id;
  if (id !== undefined) return { domain: { id } };
  const name = auth[`${owner}_domain_name`] ?? auth.default_domain_name;
  return name === undefined ? {} : { domain: { name } };
}

function userOf(auth: AuthValues) {
  if (auth.user_id !== undefined) return { id: auth.user_id };
  return auth.username === undefined ? {} : { name: auth.username, ...domainOf(auth, "user") };
}

/** What the token is for. Throws ConfigurationError for more than one target. */
function scopeOf({ auth, source }: CloudSettings) {
  const targets = [
    auth.domain_id ?? auth.domain_name,
    auth.project_id ?? auth.project_name,
    auth.trust_id,
  ].filter((target) => target !== undefined);
  if (targets.length > 1) {
    throw new ConfigurationError(
      `${source}: a login is for a project, a domain or a trust, not for several of them`,
    );
  }
  if (auth.domain_id !== undefined) return { domain: { id: auth.domain_id } };
  if (auth.domain_name !== undefined) return { domain: { name: auth.domain_name } };
  if (auth.project_id !== undefined) return { project: { id: auth.project_id } };
  if (auth.project_name !== undefined)
    return { project: { name: auth.project_name, ...domainOf(auth, "project") } };
  if (auth.trust_id !== undefined) return { "OS-TRUST:trust": { id: auth.trust_id } };
  return auth.system_scope === "all" ? { system: { all: true } } : undefined;
}

function identityOf({ authType, auth }: CloudSettings, token: string | undefined) {
  if (token !== undefined) return { methods: ["token"], token: { id: token } };
  if (authType !== "v3applicationcredential") {
    return { methods: ["password"], password: { user: { ...userOf(auth), password: auth.password } } };
  }
  const { application_credential_id: id, application_credential_name: name } = auth;
  const credential = id === undefined ? { name, user: userOf(auth) } : { id };
  return {
    methods: ["application_credential"],
    application_credential: { ...credential, secret: auth.application_credential_secret },
  };
}

/**
 * The body of `POST /v3/auth/tokens`, as keystoneauth writes it (identity/v3/base.py). `token` stands for the user where
 * there is one. Throws ConfigurationError.
 */
export function authRequest(settings: CloudSettings, token = settings.auth.token) {
  const scope = scopeOf(settings);
  return { auth: { identity: identityOf(settings, token), ...(scope ? { scope } : {}) } };
}

import { ownValue } from "../../shared/domain/own-value.ts";
/** What a person must mend before anything can be asked: a missing setting, an unknown cloud, an unreadable file. */
export class ConfigurationError extends Error {}

/** Names are clouds.yaml's, with underscores: username, user_domain_name, application_credential_id, token, … */
export type AuthValues = Readonly<Record<string, string>>;

export type AuthKind = "password" | "application credential" | "token" | "fixed token";

/** Where a cloud is and how to log in to it. */
export interface CloudSettings {
  /** For messages: where these settings were found. */
  readonly source: string;
  /** `fixed token`: no login at all, the endpoint is given. */
  readonly kind: AuthKind;
  readonly auth: AuthValues;
  readonly region: string | undefined;
  readonly interface: string;
  /** Used instead of the catalog's. */
  readonly imageEndpoint: string | undefined;
  /** File with additional certificate authorities. */
  readonly cacert: string | undefined;
  /** False: the cloud's certificate is not checked. */
  readonly verify: boolean;
}

const kinds: Readonly<Record<string, AuthKind>> = {
  password: "password",
  v3password: "password",
  v3applicationcredential: "application credential",
  token: "token",
  v3token: "token",
  admin_token: "fixed token",
  none: "fixed token",
};

/** What the values themselves suggest when no auth_type is named. */
function guessedKind(auth: AuthValues): AuthKind {
  if (auth.application_credential_secret) return "application credential";
  if (auth.endpoint && (auth.token || !auth.auth_url)) return "fixed token";
  return auth.token ? "token" : "password";
}

export interface RawCloud {
  readonly source: string;
  readonly authType: string | undefined;
  readonly auth: AuthValues;
  readonly region: string | undefined;
  readonly interface: string | undefined;
  readonly imageEndpoint: string | undefined;
  readonly cacert: string | undefined;
  readonly verify: boolean;
}

/** The settings, checked to be enough for a login. Throws ConfigurationError. */
export function cloudSettings(raw: RawCloud): CloudSettings {
  const { source, auth, authType } = raw;
  const kind = authType === undefined ? guessedKind(auth) : ownValue(kinds, authType);
  if (kind === undefined) {
    throw new ConfigurationError(
      `${source}: auth_type ${authType} is not supported; use one of ${Object.keys(kinds).join(", ")}`,
    );
  }
  const imageEndpoint = raw.imageEndpoint || (kind === "fixed token" ? auth.endpoint : undefined);
  const needs = (name: string, isThere: unknown) => {
    if (!isThere) throw new ConfigurationError(`${source}: ${name} is missing`);
  };
  if (kind === "fixed token") needs("the endpoint", imageEndpoint);
  else needs("auth_url", auth.auth_url);
  if (kind === "password") {
    needs("username", auth.username || auth.user_id);
    needs("the password", auth.password);
  }
  if (kind === "token") needs("the token", auth.token);
  if (kind === "application credential") {
    needs("application_credential_secret", auth.application_credential_secret);
    needs("application_credential_id", auth.application_credential_id || auth.application_credential_name);
  }
  for (const url of [auth.auth_url, imageEndpoint]) {
    if (url && !/^https?:\/\/[^/]/.test(url))
      throw new ConfigurationError(`${source}: a URL is not http or https`);
  }
  return {
    source,
    kind,
    auth,
    region: raw.region || undefined,
    interface: (raw.interface || "public").replace(/URL$/, ""),
    imageEndpoint,
    cacert: raw.cacert || undefined,
    verify: raw.verify,
  };
}

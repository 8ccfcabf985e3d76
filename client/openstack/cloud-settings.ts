/** What a person must mend before anything can be asked: a missing setting, an unknown cloud, an unreadable file. */
export class ConfigurationError extends Error {}

/** Names are keystoneauth's: username, user_domain_name, application_credential_id, token, … */
export type AuthValues = Readonly<Record<string, string>>;

/** Where a cloud is and how to log in to it. */
export interface CloudSettings {
  /** For messages: where these settings were found. */
  readonly source: string;
  /** One of clouds.yaml's auth_type that is supported. `admin_token` and `none` log in nowhere: the endpoint is given. */
  readonly authType: string;
  /** Only what this auth_type takes. */
  readonly auth: AuthValues;
  readonly region: string | undefined;
  readonly interface: string;
  /** Type and name of the service in the catalog. */
  readonly serviceType: string;
  readonly serviceName: string | undefined;
  /** Used instead of the catalog's. */
  readonly imageEndpoint: string | undefined;
  readonly tls: TlsSettings;
}

/** How TLS to the cloud is checked. */
export interface TlsSettings {
  /** False: the cloud's certificate is not checked. */
  readonly verify: boolean;
  /** File with the certificate authorities that count for the cloud, instead of the usual ones. */
  readonly cacert: string | undefined;
  /** File with a certificate to show the cloud; its key may be in a file of its own. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

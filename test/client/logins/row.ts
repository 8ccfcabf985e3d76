/**
 * One configuration, to be used by the openstack client and by imagectl. In all texts `{url}` and `{tls}` are the
 * cloud's base URLs, `{ca}` a file with its authority, `{other-ca}` one of another, `{proxy}` a proxy, `{folder}` the
 * current folder and home.
 */
export interface Row {
  readonly is: string;
  /** By path below the folder; `clouds.yaml` alone as text. */
  readonly files: string | Readonly<Record<string, string | Uint8Array>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
}

const named = { OS_CLOUD: "one" };
export const who = "username: demo, password: demo";
export const domains = "user_domain_id: default, project_domain_id: default";
export const auth = `auth_url: "{url}/v3", ${who}, project_name: demo, ${domains}`;
export const variables = {
  OS_AUTH_URL: "{url}/v3",
  OS_USERNAME: "demo",
  OS_PASSWORD: "demo",
  OS_PROJECT_NAME: "demo",
  OS_USER_DOMAIN_ID: "default",
  OS_PROJECT_DOMAIN_ID: "default",
};

/** A cloud `one` with these values in `auth`, and these lines beside it. */
export const one = (values: string, ...beside: string[]) =>
  ["clouds:", "  one:", `    auth: {${values}}`, ...beside.map((line) => `    ${line}`), ""].join("\n");
export const row = (
  is: string,
  files: Row["files"],
  environment: Readonly<Record<string, string>> = {},
  words: readonly string[] = [],
): Row => ({ is, files, environment: { ...named, ...environment }, words });

/** The same login at a cloud that speaks TLS. */
export const tls = auth.replace("{url}", "{tls}");

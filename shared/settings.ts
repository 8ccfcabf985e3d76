import { isIP } from "node:net";
import { parseIdentityProviders } from "./domain/identity/identity-provider.ts";

/**
 * Every tunable of the service, with Glance's own option names and defaults where Glance has the option
 * (operations sheet, images sheet 12). Functions read them from `GLANCE_<OPTION>` in their environment;
 * the CDK app takes them from its context and hands on only what differs from the default.
 */
export interface Option<Value> {
  readonly default: Value;
  /** The value of a text, or an Error message that says what is expected. */
  readonly parse: (text: string) => Value | Error;
  readonly doc: string;
}

const integer = (initial: number, doc: string, least = Number.MIN_SAFE_INTEGER): Option<number> => ({
  default: initial,
  doc,
  parse: (text) => {
    const value = /^-?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(value) && value >= least
      ? value
      : Error(`a whole number of at least ${least}`);
  },
});

const flag = (initial: boolean, doc: string): Option<boolean> => ({
  default: initial,
  doc,
  parse: (text) => {
    const word = text.trim().toLowerCase();
    if (["true", "1", "yes", "on"].includes(word)) return true;
    if (["false", "0", "no", "off"].includes(word)) return false;
    return Error("true or false");
  },
});

const list = (initial: readonly string[], doc: string): Option<readonly string[]> => ({
  default: initial,
  doc,
  parse: (text) =>
    text
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== ""),
});

const networks = (doc: string): Option<readonly string[]> => ({
  default: [],
  doc,
  parse: (text) => {
    const words = text.split(",").map((word) => word.trim());
    const named = words.filter((word) => word !== "");
    return named.every(isNetwork) ? named : Error("networks like 10.0.0.0/8, with commas between");
  },
});

function isNetwork(text: string): boolean {
  const [, address = "", bits = ""] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128);
}

const matching = (form: RegExp, expected: string, doc: string): Option<string> => ({
  default: "",
  doc,
  parse: (text) => (text === "" || form.test(text) ? text : Error(`${expected}, or nothing`)),
});

const url = (doc: string): Option<string> => ({
  default: "",
  doc,
  parse: (text) =>
    text === "" || URL.canParse(text) ? text.replace(/\/+$/, "") : Error("an absolute URL, or nothing"),
});

/** Lambda allows 4 KB of variables in all. */
const MAX_PROVIDERS_LENGTH = 2000;

const providers = (doc: string): Option<string> => ({
  default: "",
  doc,
  parse: (text) =>
    text === "" || (text.length <= MAX_PROVIDERS_LENGTH && parseIdentityProviders(text))
      ? text
      : Error(`a JSON list of providers of at most ${MAX_PROVIDERS_LENGTH} characters (docs/identity.md)`),
});

const isOrigin = (word: string): boolean =>
  word === "*" || (URL.canParse(word) && new URL(word).origin === word);

const origins = (doc: string): Option<readonly string[]> => {
  const words = list([], doc);
  return {
    ...words,
    parse: (text) => {
      const parsed = words.parse(text);
      return parsed instanceof Error || parsed.every(isOrigin)
        ? parsed
        : Error("a comma-separated list of origins like https://console.example, or *");
    },
  };
};

const DAY = 86_400;

export const options = {
  public_endpoint: url("Public base URL of the API, when it is not the one that requests name"),
  allowed_origin: origins("Web origins whose pages may use the API and the image bucket (CORS)"),
  limit_param_default: integer(25, "Images on a page when the client names no limit", 1),
  api_limit_max: integer(1000, "Most images on a page", 1),
  image_property_quota: integer(128, "Most custom properties of an image; negative: unlimited"),
  image_tag_quota: integer(128, "Most tags of an image; negative: unlimited"),
  image_size_cap: integer(1_099_511_627_776, "Largest image in bytes", 1),
  container_formats: list(
    ["ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"],
    "Values of container_format",
  ),
  disk_formats: list(
    ["ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop"],
    "Values of disk_format",
  ),
  require_image_format_match: flag(true, "Refuse data whose detected format is not the declared disk_format"),
  gpt_safety_checks_nonfatal: list([], "Safety checks of partition tables that do not refuse an image"),
  activate_on_stated_hashes: flag(
    true,
    "An image is active as soon as the uploader has stated its hashes; they are verified right after",
  ),
  completion_recovery_delay: integer(
    30,
    "Seconds after which a worker takes over a completion that broke off",
    0,
  ),
  transfer_lease_max: integer(DAY, "Longest time in seconds a transfer lives after its last use", 60),
  transfer_lifetime_max: integer(7 * DAY, "Longest time in seconds a transfer lives in all", 60),
  download_url_expires: integer(3600, "Seconds a presigned download URL is valid", 60),
  upload_url_expires: integer(3600, "Seconds a presigned part URL is valid", 60),
  token_expiration: integer(4 * 3600, "Seconds a token of the identity service is valid", 60),
  token_cache_time: integer(300, "Longest time in seconds that what is known of a token is kept", 0),
  lockout_failure_attempts: integer(10, "Failed logins of a user from one address before a pause", 1),
  lockout_duration: integer(300, "Seconds in which failed logins are counted, and that the pause lasts", 1),
  trusted_proxies: networks("Networks of proxies whose X-Forwarded-For names the client"),
  identity_providers: providers("OpenID Connect providers to log in with (JSON)"),
  cognito_user_pool_id: matching(
    /^[a-z]{2}(-[a-z]+)+-\d_\w+$/,
    "an id like eu-central-1_AbCdEfGhI",
    "Cognito user pool that proves passwords; nothing: the service does",
  ),
  cognito_client_id: matching(/^\w{1,128}$/, "letters and digits", "App client of that user pool"),
} as const satisfies Record<string, Option<unknown>>;

type OptionName = keyof typeof options;
export type Settings = {
  readonly [Name in OptionName]: (typeof options)[Name] extends Option<infer Value> ? Value : never;
};

const variable = (name: string): string => `GLANCE_${name.toUpperCase()}`;

/**
 * Settings out of variables named `GLANCE_<OPTION>`; absent ones have their default.
 * Throws one Error that lists every bad value; variables that name no option are left to `unknownOptions`.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = [];
  const entries = Object.entries(options).map(([name, option]) => {
    const text = environment[variable(name)];
    if (text === undefined) return [name, option.default];
    const value = option.parse(text);
    if (value instanceof Error) faults.push(`${variable(name)}: expected ${value.message}`);
    return [name, value];
  });
  if (faults.length > 0) throw new Error(faults.join("; "));
  return Object.fromEntries(entries) as Settings;
}

/** The variables that differ from the defaults: what a function's environment must carry (Lambda allows 4 KB). */
export function settingsEnvironment(settings: Settings): Record<string, string> {
  const changed = Object.entries(options).filter(
    ([name, option]) => String(settings[name as OptionName]) !== String(option.default),
  );
  return Object.fromEntries(changed.map(([name]) => [variable(name), String(settings[name as OptionName])]));
}

/** Names in `environment` that look like a Glance option but are none: a misspelled one must not be ignored. */
export function unknownOptions(
  environment: Readonly<Record<string, string | undefined>>,
  reserved: readonly string[],
): string[] {
  const known = new Set([...Object.keys(options).map(variable), ...reserved]);
  return Object.keys(environment).filter((name) => name.startsWith("GLANCE_") && !known.has(name));
}

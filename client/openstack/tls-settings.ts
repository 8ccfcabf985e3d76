import { readFileSync } from "node:fs";
import { ownValue } from "../../shared/own-value.ts";
import type { TlsOptions } from "../transfer/connections.ts";
import { ConfigurationError, type TlsSettings } from "./cloud-settings.ts";
import { textOf, type Values } from "./cloud-values.ts";
import type { Environment } from "./config-files.ts";

/** Where no cloud says anything. */
export const usualTls: TlsSettings = { verify: true, cacert: undefined, cert: undefined, key: undefined };

const inHome = (path: string, home: string): string => path.replace(/^~(?=\/|$)/, home);

/** As openstacksdk reads insecure, verify, cacert, cert and key: `verify` can also name a file of authorities. */
export function tlsSettings(config: Values, source: string, home: string): TlsSettings {
  const file = (name: string) => {
    const value = ownValue(config, name);
    return value === undefined || value === null
      ? undefined
      : inHome(textOf(value, name, source), home) || undefined;
  };
  const { verify: wish } = config;
  if (wish === "") throw new ConfigurationError(`${source}: verify is empty; say true or false`);
  const isOff = config.insecure === true || wish === false;
  const named = typeof wish === "string" ? wish : undefined;
  return {
    verify: !isOff,
    // Without a wish the usual authorities count, whatever cacert says.
    cacert: isOff || wish === null ? undefined : (file("cacert") ?? named),
    cert: file("cert"),
    key: file("key"),
  };
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigurationError(`the certificate file ${path} cannot be read`, { cause: error });
  }
}

/**
 * For hosts that no cloud's setting is about (storage): the authorities that the environment names for all programs of
 * this kind, as python-requests takes them. Throws ConfigurationError.
 */
export function storageTls({ REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE }: Environment): TlsOptions {
  const path = REQUESTS_CA_BUNDLE || CURL_CA_BUNDLE;
  return path ? { ca: contentOf(path) } : {};
}

/** For the cloud's own hosts. Throws ConfigurationError for a file that cannot be read. */
export function cloudTls({ verify, cacert, cert, key }: TlsSettings, environment: Environment): TlsOptions {
  const authorities = cacert === undefined ? storageTls(environment) : { ca: contentOf(cacert) };
  const checked = verify ? authorities : { rejectUnauthorized: false };
  if (cert === undefined) return checked;
  const shown = contentOf(cert);
  return { ...checked, cert: shown, key: key === undefined ? shown : contentOf(key) };
}

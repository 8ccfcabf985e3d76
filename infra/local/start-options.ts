import { missingTools } from "../../shared/images/adapters/qemu-img/required-tools.ts";
import { ownValue } from "../../shared/own-value.ts";
import {
  optionVariables,
  readSettings,
  readSynthSettings,
  type Settings,
  unknownOptions,
  unusableDefaultStore,
} from "../../shared/settings.ts";
import { nearestName } from "../../shared/text/nearest-name.ts";
import { type TransactionKeys, transactionKeys } from "../local-aws/emulators/dynamodb/transaction-keys.ts";
import { type FaultPlan, noFaults } from "../local-aws/faults.ts";
import { StartFailure } from "../local-aws/start-failure.ts";
import { type KeystoneOptions, keystoneOptions, keystoneVariables } from "./keystone-options.ts";
import { type LocalFolders, localFolders, withFileSystems } from "./local-folder.ts";
import { storeKeys, storeKeysVariable } from "./store-keys.ts";

/** What the environment asks of the local runtime itself. */
export interface StartOptions {
  readonly home: string;
  readonly port: number;
  /** Undefined: the port of the last run, or the next free one. */
  readonly apiPort: number | undefined;
  readonly faults: FaultPlan;
  /** A developer's switch: how IAM is to judge transactions, which AWS does not say. */
  readonly transactionKeys: TransactionKeys;
  /** The Keystone that judges tokens. */
  readonly keystone?: KeystoneOptions;
  /** Texts of secrets, by the stores on other hosts whose keys they hold. */
  readonly storeKeys: ReadonlyMap<string, string>;
  /** Of stores of type file. */
  readonly folders: LocalFolders;
  /** Who knows the users, in words; absent: the own identity service. */
  readonly identity?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const own = [
  "GLANCE_HOME",
  "GLANCE_PORT",
  "GLANCE_API_PORT",
  "GLANCE_FAULTS",
  "GLANCE_CRASH_AT",
  "GLANCE_TRANSACTION_KEYS",
  storeKeysVariable,
  ...keystoneVariables,
];
const names = [...own, ...optionVariables()];
const defaultFaultRate = 0.05;

/** Reads `GLANCE_…`. Throws StartFailure, one line, for a bad value, a misspelled or a missing name. */
export function readStartOptions(environment: Environment): StartOptions {
  const unknown = unknownOptions(environment, own)[0];
  if (unknown)
    throw new StartFailure(`there is no option ${unknown}: did you mean ${nearestName(unknown, names)}?`);
  const settings = settingsOf(environment);
  if (settings.audit_deep_engine === "s3-batch") {
    throw new StartFailure(
      "GLANCE_AUDIT_DEEP_ENGINE=s3-batch: S3 Batch Operations are on AWS only; leave it out on this machine",
    );
  }
  if (settings.key_manager_backend === "secrets-manager") {
    throw new StartFailure(
      "GLANCE_KEY_MANAGER_BACKEND=secrets-manager: nobody can put certificates into the Secrets Manager of this machine; " +
        "give them as files in GLANCE_SIGNING_CERTIFICATES_FOLDER",
    );
  }
  const missing = settings.image_import_plugins.includes("image_conversion") ? missingTools() : undefined;
  if (missing !== undefined) throw new StartFailure(`GLANCE_IMAGE_IMPORT_PLUGINS: ${missing}`);
  const keystone = keystoneOptions(environment, settings);
  const identity =
    keystone?.authUrl ??
    (settings.oidc_issuers.length > 0 ? "at the issuers of GLANCE_OIDC_ISSUERS" : undefined);
  return {
    home: environment.GLANCE_HOME || ".local",
    port: port(environment, "GLANCE_PORT") ?? 9292,
    apiPort: port(environment, "GLANCE_API_PORT"),
    faults: faultPlan(environment),
    transactionKeys: readingOf(environment),
    storeKeys: storeKeys(environment, settings),
    folders: localFolders(
      settings,
      environment.GLANCE_HOME || ".local",
      environment.GLANCE_ENABLED_BACKENDS ?? "",
    ),
    ...(keystone && { keystone }),
    ...(identity && { identity }),
  };
}

function settingsOf(environment: Environment): Settings {
  try {
    readSynthSettings(environment);
    const settings = readSettings(environment);
    const fault = unusableDefaultStore(settings);
    if (fault === undefined) return settings;
    throw new StartFailure(fault);
  } catch (error) {
    throw new StartFailure((error as Error).message);
  }
}

/** Where the ingress calls the gateway from. */
const ingressNetwork = "127.0.0.1/32";

/**
 * The environment for the synthesis: the settings stay, what concerns this runtime alone goes, and its ingress is one
 * of the proxies that say for whom they ask.
 */
export const synthEnvironment = (environment: Environment): Record<string, string | undefined> => ({
  ...Object.fromEntries(Object.entries(environment).filter(([name]) => !own.includes(name))),
  ...(environment.GLANCE_ENABLED_BACKENDS && {
    GLANCE_ENABLED_BACKENDS: withFileSystems(environment.GLANCE_ENABLED_BACKENDS),
  }),
  GLANCE_TRUSTED_PROXIES: [environment.GLANCE_TRUSTED_PROXIES || [], ingressNetwork].flat().join(","),
});

function port(environment: Environment, name: string): number | undefined {
  const text = ownValue(environment, name);
  if (text === undefined || text === "") return undefined;
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > 65_535) throw new StartFailure(`${name}: expected a port from 1 to 65535`);
  return value;
}

function readingOf({ GLANCE_TRANSACTION_KEYS: text }: Environment): TransactionKeys {
  const reading = transactionKeys.find((one) => one === (text || "own"));
  if (reading === undefined)
    throw new StartFailure(`GLANCE_TRANSACTION_KEYS: expected one of ${transactionKeys.join(", ")}`);
  return reading;
}

function faultPlan({ GLANCE_FAULTS: faults, GLANCE_CRASH_AT: crashAt }: Environment): FaultPlan {
  const crash = crashAt ? { crashAt: crashPoint(crashAt) } : {};
  if (!faults) return { ...noFaults, ...crash };
  const [, seed, rate] = /^(\d+)(?::(\d*\.?\d+))?$/.exec(faults) ?? [];
  const value = rate === undefined ? defaultFaultRate : Number(rate);
  if (seed === undefined || value > 1) {
    throw new StartFailure(
      "GLANCE_FAULTS: expected `seed` or `seed:rate`, the rate from 0 to 1, for example 42:0.1",
    );
  }
  return { seed: Number(seed), rate: value, ...crash };
}

function crashPoint(text: string): string {
  if (/^\w+:\w+:(before|after)(:[1-9]\d*)?$/.test(text)) return text;
  throw new StartFailure(
    "GLANCE_CRASH_AT: expected `service:Operation:before|after[:n]`, for example s3:CompleteMultipartUpload:after",
  );
}

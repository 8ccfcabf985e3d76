import { copiesFault } from "../../shared/settings/stores/parse-copies.ts";
import {
  optionVariables,
  readSettings,
  readSynthSettings,
  type Settings,
  type SynthSettings,
  unknownOptions,
  unservedStore,
  unusableDefaultStore,
  unusedLimit,
} from "../../shared/settings.ts";
import { nearestName } from "../../shared/text/nearest-name.ts";
import { converterFault } from "./converter-fault.ts";
import { folderFault } from "./folder-fault.ts";
import { ingressFault } from "./ingress-fault.ts";
import { InvalidDeployment } from "./invalid-deployment.ts";

/** Variables of the local runtime that begin like a setting's and are none. */
const reserved = [
  "GLANCE_HOME",
  "GLANCE_PORT",
  "GLANCE_API_PORT",
  "GLANCE_KEYSTONE_USERNAME",
  "GLANCE_KEYSTONE_PASSWORD",
  "GLANCE_KEYSTONE_PROJECT_NAME",
  "GLANCE_STORE_KEYS",
  "GLANCE_FAULTS",
  "GLANCE_CRASH_AT",
  "GLANCE_TRANSACTION_KEYS",
];

const isTextual = (value: unknown): boolean =>
  ["string", "number", "boolean"].includes(typeof value) ||
  (Array.isArray(value) && value.every((part) => typeof part === "string"));

/** Settings that are a JSON object. */
const objects = ["copies", "inject"];

/** A setting that is JSON, written as it is. */
const isStructured = (option: string, value: unknown): boolean =>
  Array.isArray(value)
    ? value.length > 0 && value.every((part) => typeof part === "object")
    : objects.includes(option) && typeof value === "object" && value !== null;

/** The context's settings as variables; `-c settings={…}` hands them over as a text. */
export function contextVariables(context: unknown): Record<string, string> {
  let settings = context ?? {};
  if (typeof settings === "string") {
    try {
      settings = JSON.parse(settings);
    } catch {
      throw new InvalidDeployment("context settings: expected a JSON object of options");
    }
  }
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) {
    throw new InvalidDeployment("context settings: expected an object of options");
  }
  return Object.fromEntries(
    Object.entries(settings).map(([option, value]) => {
      if (isStructured(option, value)) return [`GLANCE_${option.toUpperCase()}`, JSON.stringify(value)];
      if (!isTextual(value)) {
        throw new InvalidDeployment(`context settings: ${option}: expected a text, number, flag or list`);
      }
      return [`GLANCE_${option.toUpperCase()}`, String(value)];
    }),
  );
}

/** The name of a variable's option, as it stands in the context. */
const writtenInContext = (variable: string): string => variable.replace(/^GLANCE_/, "").toLowerCase();

/** Names what is no option as it was written, with the option that was probably meant. */
function refuseUnknown(variables: readonly string[], written: (variable: string) => string): void {
  const named = variables.map((variable) => {
    const nearest = nearestName(variable, optionVariables());
    return `${written(variable)}${nearest === undefined ? "" : ` (did you mean ${written(nearest)}?)`}`;
  });
  if (named.length > 0) throw new InvalidDeployment(`no such option: ${named.join(", ")}`);
}

/**
 * The settings of a deployment: context `settings`, over which variables named `GLANCE_<OPTION>` win.
 * Throws InvalidDeployment for a bad value and for a name that is no option.
 */
export function appSettings(
  context: unknown,
  environment: Readonly<Record<string, string | undefined>>,
): Settings & SynthSettings {
  const given = contextVariables(context);
  refuseUnknown(unknownOptions(given, []), writtenInContext);
  refuseUnknown(unknownOptions(environment, reserved), (variable) => variable);
  let settings: Settings & SynthSettings;
  try {
    const variables = { ...given, ...environment };
    settings = { ...readSettings(variables), ...readSynthSettings(variables) };
  } catch (error) {
    throw new InvalidDeployment((error as Error).message, { cause: error });
  }
  if (settings.keystone_auth_url !== "" && settings.oidc_issuers.length > 0) {
    throw new InvalidDeployment("GLANCE_KEYSTONE_AUTH_URL and GLANCE_OIDC_ISSUERS: only one can be set");
  }
  if (settings.enabled_import_methods.includes("glance-download") && settings.keystone_auth_url === "")
    throw new InvalidDeployment(
      "GLANCE_ENABLED_IMPORT_METHODS: glance-download needs GLANCE_KEYSTONE_AUTH_URL, whose catalog names the other Glance",
    );
  if (settings.key_manager_backend === "barbican" && settings.barbican_endpoint === "")
    throw new InvalidDeployment("GLANCE_KEY_MANAGER_BACKEND=barbican needs GLANCE_BARBICAN_ENDPOINT");
  if (settings.key_manager_backend === "barbican" && settings.keystone_auth_url === "")
    throw new InvalidDeployment(
      "GLANCE_KEY_MANAGER_BACKEND=barbican needs GLANCE_KEYSTONE_AUTH_URL: Barbican is asked with the callers' tokens",
    );
  if (settings.audit_deep_engine === "s3-batch" && settings.enabled_backends.length > 0)
    throw new InvalidDeployment(
      "GLANCE_AUDIT_DEEP_ENGINE=s3-batch looks at one bucket: with GLANCE_ENABLED_BACKENDS leave it out",
    );
  const copies = copiesFault(settings.enabled_backends, settings.copies);
  const folder = folderFault(settings.enabled_backends);
  const fault =
    unusedLimit(settings) ??
    unusableDefaultStore(settings) ??
    unservedStore(settings) ??
    (folder && `GLANCE_ENABLED_BACKENDS: ${folder}`) ??
    converterFault(settings) ??
    (copies && `GLANCE_COPIES: ${copies}`) ??
    ingressFault(settings);
  if (fault !== undefined) throw new InvalidDeployment(fault);
  return settings;
}

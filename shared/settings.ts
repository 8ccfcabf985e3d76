import { ownValue } from "./own-value.ts";
import { isDefault, settingText } from "./settings/carried-setting.ts";
import { limitNames } from "./settings/limit-names.ts";
import type { Option } from "./settings/option.ts";
import { options, synthOptions } from "./settings/options.ts";
import { settingVariable as variable } from "./settings/setting-variable.ts";
import { defaultStoreFault } from "./settings/stores/default-store.ts";
import { servesClients } from "./settings/stores/store-setting.ts";

type Options = Readonly<Record<string, Option<unknown>>>;
type ValuesOf<Table extends Options> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer Value> ? Value : never;
};
export type Settings = ValuesOf<typeof options>;
export type SynthSettings = ValuesOf<ReturnType<typeof synthOptions>>;

/** Why a limit that was set would not be in force, in words; undefined when all are. */
export function unusedLimit(settings: Settings): string | undefined {
  const name = limitNames.find((limit) => settings[limit] >= 0);
  if (name === undefined) return undefined;
  if (!settings.use_keystone_limits) return `${variable(name)} needs ${variable("use_keystone_limits")}=true`;
  return settings.keystone_auth_url === ""
    ? undefined
    : `${variable(name)}: with a Keystone the limits are Keystone's (openstack registered limit create)`;
}

/** Why `default_backend` does not say which store new images go to, in words; undefined when it does. */
export const unusableDefaultStore = (settings: Settings): string | undefined =>
  defaultStoreFault(settings.enabled_backends, settings.default_backend);

/** Why images of a store could not be read, in words: nobody is led there, so they are served from copies alone. */
export function unservedStore(settings: Settings): string | undefined {
  const store = settings.enabled_backends.find((one) => !servesClients(one));
  return store && settings.image_cache_dir === ""
    ? `${variable("enabled_backends")}: images in the store ${store.id} are served from copies: set ${variable("image_cache_dir")}=cache${store.type === "swift" ? ', or say "sees_tokens": true if its host may see callers\' tokens' : ""}`
    : undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

function read<Table extends Options>(table: Table, environment: Environment): ValuesOf<Table> {
  const faults: string[] = [];
  const entries = Object.entries(table).map(([name, option]) => {
    const text = ownValue(environment, variable(name));
    if (text === undefined) return [name, option.default];
    const value = option.parse(text);
    if (value instanceof Error) faults.push(`${variable(name)}: expected ${value.message}`);
    return [name, value];
  });
  if (faults.length > 0) throw new Error(faults.join("; "));
  return Object.fromEntries(entries) as ValuesOf<Table>;
}

/**
 * Settings out of variables named `GLANCE_<OPTION>`, as people write them; absent ones have their default. What functions
 * read is written by `settingsEnvironment`, and they read it with `deployedSettings`: parsers are none of their bundles.
 * Throws one Error that lists every bad value; variables that name no option are left to `unknownOptions`.
 */
export const readSettings = (environment: Environment): Settings => read(options, environment);

/** The same for what is decided at synth. */
export const readSynthSettings = (environment: Environment): SynthSettings =>
  read(synthOptions(), environment);

/** The variables that differ from the defaults: what a function's environment must carry (Lambda allows 4 KB). */
export function settingsEnvironment(settings: Settings): Record<string, string> {
  const values = Object.entries(options).map(([name, option]) => ({
    name,
    initial: option.default,
    value: ownValue(settings, name),
  }));
  const changed = values.filter(({ initial, value }) => !isDefault(value, initial));
  return Object.fromEntries(changed.map(({ name, value }) => [variable(name), settingText(value)]));
}

/** Every name that a setting can be given by. */
export const optionVariables = (): string[] => Object.keys({ ...options, ...synthOptions() }).map(variable);

/** Names in `environment` that look like a Glance option but are none: a misspelled one must not be ignored. */
export function unknownOptions(
  environment: Readonly<Record<string, string | undefined>>,
  reserved: readonly string[],
): string[] {
  const known = new Set([...optionVariables(), ...reserved]);
  return Object.keys(environment).filter((name) => name.startsWith("GLANCE_") && !known.has(name));
}

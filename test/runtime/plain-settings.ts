import { withLocalDefaults } from "../../infra/local/default-settings.ts";
import { ownValue } from "../../shared/own-value.ts";
import { defaultSettings } from "../../shared/settings/default-settings.ts";
import { settingVariable } from "../../shared/settings/setting-variable.ts";

const [keystone, settings] = ["GLANCE_KEYSTONE_AUTH_URL", defaultSettings()];
const isSaidHere = (name: string): boolean =>
  ownValue(withLocalDefaults({ [keystone]: "http://k" }), settingVariable(name)) !== undefined;

/** The settings of a deployment that says none, where `npm start` has others. */
export const plainSettings: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(settings)
    .filter(([name]) => settingVariable(name) !== keystone && isSaidHere(name))
    .map(([name, value]) => [settingVariable(name), String(value)]),
);

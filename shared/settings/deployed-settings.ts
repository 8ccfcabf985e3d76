import { ownValue } from "../own-value.ts";
import type { Settings } from "../settings.ts";
import { settingValue } from "./carried-setting.ts";
import { defaultSettings } from "./default-settings.ts";
import { settingVariable } from "./setting-variable.ts";

/**
 * The settings that a deployment told a function, as `settingsEnvironment` wrote them after they were checked: nothing is
 * checked again but their form. Throws one Error with the names of all variables that somebody else must have written.
 */
export function deployedSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const foreign: string[] = [];
  const entries = Object.entries(defaultSettings()).map(([name, initial]) => {
    const variable = settingVariable(name);
    const text = ownValue(environment, variable);
    if (text === undefined) return [name, initial];
    const value = settingValue(text, initial);
    if (value === undefined) foreign.push(variable);
    return [name, value];
  });
  if (foreign.length > 0)
    throw new Error(
      `${foreign.join(", ")}: not in the form in which a deployment writes settings: ` +
        "change it in cdk.json and deploy, not in the function's environment",
    );
  return Object.fromEntries(entries) as Settings;
}

import type { Settings } from "../settings.ts";
import { options } from "./options.ts";

/**
 * What every setting is when nobody says anything. In a function's bundle these values stand in place of this module
 * (infra/bundling/literal-defaults.ts), and so the table of options with its parsers is none of it.
 */
export const defaultSettings = (): Settings =>
  Object.fromEntries(Object.entries(options).map(([name, option]) => [name, option.default])) as Settings;

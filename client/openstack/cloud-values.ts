import { ownValue } from "../../shared/own-value.ts";
import { ConfigurationError } from "./cloud-settings.ts";
import { isMapping, type Mapping } from "./mapping.ts";
import { pythonText } from "./plain-scalars.ts";

/** Values by name, without a prototype: names come out of files. */
export type Values = Record<string, unknown>;

export const emptyValues = (): Values => Object.create(null) as Values;

/** Sets one of them; as they have no prototype, no name means anything else. */
export const put = (values: Values, name: string, value: unknown): void => {
  Object.assign(values, { [name]: value });
};

/** Removes one, and gives what it was. */
export function take(values: Values, name: string): unknown {
  const value = ownValue(values, name);
  Reflect.deleteProperty(values, name);
  return value;
}

/** `over` laid over `under`, in place; of `auth` name by name. */
export function lay(under: Values, over: Mapping, source: string): void {
  for (const [name, value] of Object.entries(over)) {
    if (name !== "auth") put(under, name, value);
    else if (isMapping(value)) under.auth = Object.assign(emptyValues(), under.auth, value);
    else throw new ConfigurationError(`${source}: auth is no mapping`);
  }
}

/** Names with underscores, numbers as text: what is compared and sent is never a number. */
export function withPlainNames(values: Mapping, source: string): Values {
  const plain = emptyValues();
  if (Object.getOwnPropertySymbols(values).length > 0) {
    throw new ConfigurationError(`${source}: a key is no text; put it in quotes`);
  }
  for (const [name, value] of Object.entries(values)) {
    const isNumber = typeof value === "bigint" || typeof value === "number";
    const plainValue = isNumber
      ? pythonText(value)
      : isMapping(value) && name === "auth"
        ? withPlainNames(value, source)
        : value;
    put(plain, name.replaceAll("-", "_"), plainValue);
  }
  return plain;
}

export const authOf = (config: Values): Values => config.auth as Values;

/** Text, or a refusal: nothing is guessed from lists and dates. */
export function textOf(value: unknown, what: string, source: string): string {
  const text = pythonText(value);
  if (text === undefined) throw new ConfigurationError(`${source}: ${what} is no text; put it in quotes`);
  return text;
}

/** A switch as openstacksdk reads it: anything but true, or text that says so, is off. */
export function switchOf(value: unknown, what: string, source: string): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === "boolean") return value;
  if (typeof value === "string") return value.toLowerCase() === "true";
  throw new ConfigurationError(`${source}: ${what} must be true or false`);
}

/**
 * `{region_name}` and the like replaced by what the cloud has of that name. Throws ConfigurationError for braces that
 * stand for nothing: Python's format, which openstacksdk uses, refuses them as well.
 */
export function expanded(text: string, config: Mapping, source: string): string {
  return text.replace(/\{\{|\}\}|\{([^{}]*)\}?|\}/g, (found, name: string | undefined) => {
    if (found === "{{" || found === "}}") return found.slice(1);
    const value = name !== undefined && found.endsWith("}") ? pythonText(ownValue(config, name)) : undefined;
    if (value === undefined) {
      throw new ConfigurationError(`${source}: braces in a value name nothing; write {{ and }} for braces`);
    }
    return value;
  });
}

import { nearestName } from "../../text/nearest-name.ts";
import { PolicyFileError } from "../deployment/policy-file-error.ts";
import type { Check } from "../language/check.ts";
import { type IniSection, iniSections } from "./ini-file.ts";
import { PatternError } from "./pattern-error.ts";
import { type PropertyAction, type Protection, propertyActions } from "./protection.ts";
import { pythonPattern } from "./python-pattern.ts";

/** `roles`: values are comma lists of role names. `policies`: a value is the name of one rule. */
export type ProtectionFormat =
  | { readonly kind: "roles" }
  | {
      readonly kind: "policies";
      readonly ruleNamed: (name: string) => Check | undefined;
      /** For the message about a name that there is not. */
      readonly names: readonly string[];
    };

/**
 * Properties of Glance's own are open to all, before any section of the file. Only the prefix is reserved, so the
 * pattern is anchored: Glance's is not, and would open every name that has it somewhere inside.
 */
const ownProperties: Protection = {
  pattern: ["^os_glance", "v"],
  create: true,
  read: true,
  update: true,
  delete: true,
};

function rolesCheck(value: string, refuse: (reason: string) => never): Check {
  const roles = value
    .split(",")
    .map((role) => role.trim())
    .filter((role) => role !== "");
  if (roles.includes("@") && roles.includes("!")) refuse("@ and ! exclude each other");
  const split = roles.find((role) => /\s/.test(role));
  if (split !== undefined) refuse(`a comma is missing in \`${split}\``);
  if (roles.includes("!")) return false;
  return roles.includes("@") || ["or", roles.map((role): Check => ["role", [role.toLowerCase()]])];
}

function policyCheck(
  value: string,
  { ruleNamed, names }: Extract<ProtectionFormat, { kind: "policies" }>,
  refuse: (reason: string) => never,
): Check {
  if (value === "@") return true;
  if (value === "!" || value === "") return false;
  if (value.includes(",")) refuse("only one rule can stand here: combine several in the policy file");
  return ruleNamed(value) ?? refuse(`there is no rule ${value}: did you mean ${nearestName(value, names)}?`);
}

function protectionOf(section: IniSection, file: string, format: ProtectionFormat): Protection {
  const { name, line, entries } = section;
  const fail = (at: number, reason: string): never => {
    throw new PolicyFileError(file, at, `[${name}]: ${reason}`);
  };
  const isAction = (key: string) => propertyActions.some((action) => action === key);
  for (const [key, entry] of entries) {
    if (!isAction(key)) fail(entry.line, `unknown key ${key}: expected ${propertyActions.join(", ")}`);
  }
  const checkOf = (action: PropertyAction): Check => {
    const entry = entries.get(action);
    if (!entry) return fail(line, `${action} is missing; an empty value means nobody`);
    const refuse = (reason: string) => fail(entry.line, `${action}: ${reason}`);
    return format.kind === "roles"
      ? rolesCheck(entry.value, refuse)
      : policyCheck(entry.value.trim(), format, refuse);
  };
  try {
    return {
      pattern: pythonPattern(name),
      create: checkOf("create"),
      read: checkOf("read"),
      update: checkOf("update"),
      delete: checkOf("delete"),
    };
  } catch (error) {
    if (error instanceof PatternError) return fail(line, error.message);
    throw error;
  }
}

/** The protections of a file, in its order, Glance's own before them. Throws PolicyFileError. */
export function readProtections(text: string, file: string, format: ProtectionFormat): readonly Protection[] {
  const sections = iniSections(text, file).filter(({ name }) => !name.startsWith("os_glance"));
  return [ownProperties, ...sections.map((section) => protectionOf(section, file, format))];
}

import { ownValue } from "../../own-value.ts";
import type { Check, Template } from "./check.ts";

/** What a token says of its holder. Roles are in lower case; a list is met by any of its elements. */
export type PolicyCredentials = Readonly<Record<string, unknown>> & { readonly roles: readonly string[] };

/** A value of what is asked about; undefined when there is no such name. */
export type Target = (name: string) => unknown;

/** As Python's `str()`; undefined for what has no plain text: a check that needs it fails. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  return value === null ? "None" : undefined;
}

function fill(template: Template, target: Target, nullMatches: boolean): string | undefined {
  let text = template[0] ?? "";
  for (let index = 1; index < template.length; index += 2) {
    const value = target(template[index] ?? "");
    const piece = value === null && !nullMatches ? undefined : textOf(value);
    if (piece === undefined) return undefined;
    text += piece + (template[index + 1] ?? "");
  }
  return text;
}

function holds(value: unknown, path: readonly string[], depth: number, wanted: string): boolean {
  if (Array.isArray(value)) return value.some((element) => holds(element, path, depth, wanted));
  const name = path[depth];
  if (name === undefined) return textOf(value) === wanted;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return false;
  return holds(ownValue(value as Record<string, unknown>, name), path, depth + 1, wanted);
}

/**
 * Whether a rule passes. A name that the target lacks fails its check. Unlike in oslo.policy, a null of the target
 * equals no role or credential, only the literal `None`: otherwise nobody's image would belong to a project "None".
 */
export function evaluate(check: Check, credentials: PolicyCredentials, target: Target): boolean {
  if (typeof check === "boolean") return check;
  switch (check[0]) {
    case "and":
      return check[1].every((operand) => evaluate(operand, credentials, target));
    case "or":
      return check[1].some((operand) => evaluate(operand, credentials, target));
    case "not":
      return !evaluate(check[1], credentials, target);
    case "role": {
      const role = fill(check[1], target, false);
      return role !== undefined && credentials.roles.includes(role.toLowerCase());
    }
    case "literal":
      return fill(check[2], target, true) === check[1];
    default: {
      const wanted = fill(check[2], target, false);
      return wanted !== undefined && holds(credentials, check[1], 0, wanted);
    }
  }
}

import { nearestName } from "../../text/nearest-name.ts";
import { defaultRules } from "../defaults.ts";
import { effectiveRules, UnknownCredential } from "../effective-rules.ts";
import type { Check, Expression } from "../language/check.ts";
import { RuleCycle, UndefinedRule } from "../language/resolve-rules.ts";
import { type PolicyParts, policyParts } from "../policy-parts.ts";
import { readProtections } from "../property-protections/read-protections.ts";
import { PolicyFileError } from "./policy-file-error.ts";
import { type PolicyFile, readPolicyFile } from "./read-policy-file.ts";

/** A file of the operator's; `name` is how messages call it. */
export interface OperatorFile {
  readonly name: string;
  readonly text: string;
}

export interface PolicyInput {
  readonly policy: OperatorFile | undefined;
  readonly protections: OperatorFile | undefined;
  readonly protectionFormat: "roles" | "policies";
  readonly newDefaults: boolean;
}

const noFile: PolicyFile = { rules: new Map(), lines: new Map() };

function* referredTo(expression: Expression): Generator<string> {
  if (typeof expression === "boolean") return;
  if (expression[0] === "rule") yield expression[1];
  else if (expression[0] === "not") yield* referredTo(expression[1]);
  else if (expression[0] === "and" || expression[0] === "or") {
    for (const operand of expression[1]) yield* referredTo(operand);
  }
}

/** Rules that are neither Glance's nor used by any other: most often a name that was misspelled. */
function unusedRules({ rules }: PolicyFile, used: (name: string) => boolean): string[] {
  const referred = new Set([...rules.values()].flatMap((expression) => [...referredTo(expression)]));
  return [...rules.keys()].filter(
    (name) => !Object.hasOwn(defaultRules, name) && !referred.has(name) && !used(name),
  );
}

function resolved(file: PolicyFile, name: string, newDefaults: boolean): ReadonlyMap<string, Check> {
  try {
    return effectiveRules(file.rules, newDefaults);
  } catch (error) {
    const fail = (rule: string, reason: string): never => {
      throw new PolicyFileError(name, file.lines.get(rule) ?? 1, `rule ${rule}: ${reason}`);
    };
    if (error instanceof UndefinedRule) {
      const names = [...Object.keys(defaultRules), ...file.rules.keys()];
      return fail(error.rule, `${error.message}: did you mean ${nearestName(error.missing, names)}?`);
    }
    if (error instanceof RuleCycle) {
      const own = error.path.find((rule) => file.rules.has(rule));
      return fail(own ?? error.path[0] ?? "", error.message);
    }
    if (error instanceof UnknownCredential) return fail(error.rule, error.message);
    throw error;
  }
}

/**
 * The policy of a deployment out of the operator's files. Throws PolicyFileError, one line with file, line and
 * reason, for anything that could not be obeyed to the letter.
 */
export function readPolicy({ policy, protections, protectionFormat, newDefaults }: PolicyInput): PolicyParts {
  const file = policy ? readPolicyFile(policy.text, policy.name) : noFile;
  const rules = resolved(file, policy?.name ?? "", newDefaults);
  const asked = new Set<string>();
  const ruleNamed = (name: string): Check | undefined => {
    asked.add(name);
    return rules.get(name);
  };
  const format =
    protectionFormat === "roles"
      ? ({ kind: "roles" } as const)
      : ({ kind: "policies", ruleNamed, names: [...rules.keys()] } as const);
  const parts = policyParts(
    rules,
    protections ? readProtections(protections.text, protections.name, format) : null,
  );
  const [unused] = unusedRules(file, (name) => asked.has(name));
  if (policy && unused !== undefined) {
    const meant = nearestName(unused, Object.keys(defaultRules));
    const reason = `there is no rule ${unused}, and no other rule refers to it: did you mean ${meant}?`;
    throw new PolicyFileError(policy.name, file.lines.get(unused) ?? 1, reason);
  }
  return parts;
}

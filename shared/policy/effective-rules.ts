import { credentialNames } from "./credentials.ts";
import { type DefaultRule, defaultRules, type ImageRule } from "./defaults.ts";
import type { Check, Expression } from "./language/check.ts";
import { parseExpression } from "./language/parse-expression.ts";
import { resolveRules } from "./language/resolve-rules.ts";

/** `rule` asks for something that no token says. */
export class UnknownCredential extends Error {
  readonly rule: string;
  constructor(rule: string, name: string) {
    super(`there is no credential \`${name}\`: known are ${credentialNames.join(", ")}`);
    this.rule = rule;
  }
}

/** Without the new defaults, what either of the two allows is allowed (oslo.policy, enforce_new_defaults). */
function defaultExpression([check, deprecated]: DefaultRule, newDefaults: boolean): Expression {
  if (newDefaults || deprecated === undefined) return parseExpression(check);
  return ["or", [parseExpression(check), parseExpression(deprecated)]];
}

/**
 * Here the rules of old let anybody through: who is the owner was asked in the code (glance/api/v2/image_members.py,
 * `_check_visibility_and_ownership`). That of image changes lies below all rules: see image-policy.ts.
 */
const ownerOrAdmin = "rule:context_is_admin or project_id:%(project_id)s";
const memberOrAdmin = "rule:context_is_admin or not project_id:%(project_id)s";
const alsoAsked: readonly (readonly [ImageRule, string])[] = [
  ["delete_image", ownerOrAdmin],
  ["add_member", ownerOrAdmin],
  ["delete_member", ownerOrAdmin],
  ["modify_member", memberOrAdmin],
];

function checkCredentials(rule: string, expression: Expression): void {
  if (typeof expression === "boolean") return;
  if (expression[0] === "and" || expression[0] === "or") {
    for (const operand of expression[1]) checkCredentials(rule, operand);
  } else if (expression[0] === "not") {
    checkCredentials(rule, expression[1]);
  } else if (expression[0] === "credential") {
    const [name = ""] = expression[1];
    if (!credentialNames.includes(name)) throw new UnknownCredential(rule, expression[1].join("."));
  }
}

/**
 * Every rule, ready to be asked: Glance's own, in whose place the operator's stand, and the operator's further ones.
 * Throws UnknownCredential, UndefinedRule, RuleCycle.
 */
export function effectiveRules(
  overrides: ReadonlyMap<string, Expression>,
  newDefaults: boolean,
): ReadonlyMap<string, Check> {
  for (const [name, expression] of overrides) checkCredentials(name, expression);
  const defaults = Object.entries(defaultRules).map(
    ([name, rule]) => [name, defaultExpression(rule, newDefaults)] as const,
  );
  const rules = new Map<string, Expression>([...defaults, ...overrides]);
  if (!newDefaults) {
    // Whatever the operator's rule says: there the check comes after it.
    for (const [name, check] of alsoAsked)
      rules.set(name, ["and", [rules.get(name) ?? false, parseExpression(check)]]);
  }
  return resolveRules(rules);
}

import { type ConditionTest, conditionTest, type RequestContext } from "./condition.ts";
import type { Judge, Principal, Statement } from "./principal.ts";
import { wildcard } from "./wildcard.ts";

interface Rule {
  readonly effect: Statement["Effect"];
  readonly covers: (action: string, resource: string, context: RequestContext) => boolean;
}

/**
 * IAM's evaluation logic for principals of one account: an explicit Deny wins, then an Allow of the principal's
 * own policies or of the resource's policy, else denied. `resourceStatements` is keyed by the ARN of the
 * resource that carries the policy; it counts for that ARN and what lies below it (`bucket/key`).
 *
 * Throws an Error for a policy it cannot judge (unknown condition operator, neither Action nor NotAction).
 */
export function createJudge(
  principals: readonly Principal[],
  resourceStatements: ReadonlyMap<string, readonly Statement[]>,
): Judge {
  const byKey = new Map(principals.map((principal) => [principal.accessKeyId, principal]));
  const identityRules = new Map(
    principals.map(({ accessKeyId, statements }) => [accessKeyId, statements.map(ruleOf)]),
  );
  const resourceRules = [...resourceStatements].map(([arn, statements]) => ({
    arn,
    rules: statements.map((statement) => ({ ...ruleOf(statement), appliesTo: principalTest(statement) })),
  }));

  return {
    principalOf: (accessKeyId) => byKey.get(accessKeyId),
    allows: (principal, action, resource, context = {}) => {
      const request = requestContext(principal, context);
      const own = identityRules.get(principal.accessKeyId) ?? [];
      const attached = resourceRules
        .filter(({ arn }) => resource === arn || resource.startsWith(`${arn}/`))
        .flatMap(({ rules }) => rules.filter((rule) => rule.appliesTo(principal)));
      const effects = [...own, ...attached]
        .filter((rule) => rule.covers(action, resource, request))
        .map((rule) => rule.effect);
      return effects.includes("Allow") && !effects.includes("Deny");
    },
  };
}

function ruleOf(statement: Statement): Rule {
  const coversAction = either(statement.Action, statement.NotAction, (pattern) => {
    const matches = wildcard(pattern.toLowerCase());
    return (action) => matches(action.toLowerCase());
  });
  if (!coversAction) throw new Error("a policy statement has neither Action nor NotAction");
  // A trust or key policy may leave Resource out: it means the resource that carries it.
  const coversResource = either(statement.Resource, statement.NotResource, wildcard) ?? (() => true);
  const conditionMet: ConditionTest = conditionTest(statement);
  return {
    effect: statement.Effect,
    covers: (action, resource, context) =>
      coversAction(action) && coversResource(resource) && conditionMet(context),
  };
}

type Patterns = string | readonly string[] | undefined;

function either(
  included: Patterns,
  excluded: Patterns,
  compile: (pattern: string) => (text: string) => boolean,
) {
  const patterns = included ?? excluded;
  if (patterns === undefined) return undefined;
  const tests = [patterns].flat().map(compile);
  return (text: string) => tests.some((test) => test(text)) === (included !== undefined);
}

/**
 * Whom a resource policy means. Naming the account (`…:root`) leaves the decision to the identity policies, so
 * in an Allow it grants nothing by itself, while a Deny of the account is a Deny for everybody in it.
 */
function principalTest({ Effect, Principal: named }: Statement): (principal: Principal) => boolean {
  const aws = named === "*" ? "*" : (named as { AWS?: unknown } | undefined)?.AWS;
  const names = aws === undefined ? [] : [aws].flat().map(String);
  return ({ arn }) =>
    names.some((name) => {
      if (name === "*" || name === arn) return true;
      const account = accountOf(arn);
      return Effect === "Deny" && (name === account || name === `arn:aws:iam::${account}:root`);
    });
}

const accountOf = (arn: string): string => arn.split(":")[4] ?? "";

function requestContext(
  principal: Principal,
  context: Readonly<Record<string, readonly string[]>>,
): RequestContext {
  return new Map([
    ["aws:principalarn", [principal.arn]],
    ["aws:principalaccount", [accountOf(principal.arn)]],
    ...Object.entries(context).map(([key, values]) => [key.toLowerCase(), values] as const),
  ]);
}

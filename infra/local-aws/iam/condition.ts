import { ownValue } from "../own-value.ts";
import type { Statement } from "./principal.ts";
import { wildcard } from "./wildcard.ts";

/** Values of the request's condition keys; key names in lower case. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;
export type ConditionTest = (context: RequestContext) => boolean;

/** Whether one value of the request meets one value of the policy. */
type Comparison = (wanted: string) => (actual: string) => boolean;

const numeric =
  (compare: (actual: number, wanted: number) => boolean): Comparison =>
  (wanted) =>
  (actual) =>
    compare(Number(actual), Number(wanted));

const equals: Comparison = (wanted) => (actual) => actual === wanted;
const equalsIgnoringCase: Comparison = (wanted) => (actual) => actual.toLowerCase() === wanted.toLowerCase();

/** `negated`: met when no value of the policy matches; also when the request has no such key (IAM user guide). */
const operators: Readonly<Record<string, { readonly compare: Comparison; readonly negated?: true }>> = {
  StringEquals: { compare: equals },
  StringNotEquals: { compare: equals, negated: true },
  StringEqualsIgnoreCase: { compare: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { compare: equalsIgnoringCase, negated: true },
  StringLike: { compare: wildcard },
  StringNotLike: { compare: wildcard, negated: true },
  Bool: { compare: equalsIgnoringCase },
  ArnEquals: { compare: wildcard },
  ArnLike: { compare: wildcard },
  ArnNotEquals: { compare: wildcard, negated: true },
  ArnNotLike: { compare: wildcard, negated: true },
  NumericEquals: { compare: numeric((actual, wanted) => actual === wanted) },
  NumericNotEquals: { compare: numeric((actual, wanted) => actual === wanted), negated: true },
  NumericLessThan: { compare: numeric((actual, wanted) => actual < wanted) },
  NumericLessThanEquals: { compare: numeric((actual, wanted) => actual <= wanted) },
  NumericGreaterThan: { compare: numeric((actual, wanted) => actual > wanted) },
  NumericGreaterThanEquals: { compare: numeric((actual, wanted) => actual >= wanted) },
};

/** The keys that the runtime gives with the calls they belong to, in lower case. */
const knownKeys = new Set([
  "aws:principalaccount",
  "aws:principalarn",
  "aws:requestedregion",
  "aws:securetransport",
  "dynamodb:attributes",
  "dynamodb:enclosingoperation",
  "dynamodb:leadingkeys",
  "dynamodb:select",
  "elasticfilesystem:accesspointarn",
  "kms:messagetype",
  "kms:signingalgorithm",
  "s3:authtype",
  "s3:delimiter",
  "s3:max-keys",
  "s3:objectcreationoperation",
  "s3:prefix",
  "s3:signatureversion",
]);

/**
 * Compiles a statement's Condition block: all operators and all keys must be met, any value of a key is enough.
 * Throws an Error for an operator it does not know. A key that the runtime never gives is decided to the
 * refusing side: it is not met in an Allow statement and met in a Deny statement.
 */
export function conditionTest({ Condition = {}, Effect }: Statement): ConditionTest {
  const tests = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]): ConditionTest => {
      const test = keyTest(operator, key.toLowerCase(), [values].flat().map(String));
      return knownKeys.has(key.toLowerCase()) ? test : () => Effect === "Deny";
    }),
  );
  return (context) => tests.every((test) => test(context));
}

function keyTest(operator: string, key: string, wanted: readonly string[]): ConditionTest {
  const [, quantifier, name = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === "Null") {
    // "true": the key must be absent.
    return (context) => wanted.some((value) => (value.toLowerCase() === "true") === !context.has(key));
  }
  const known = ownValue(operators, name);
  if (!known)
    throw new Error(`a policy uses the condition operator ${operator}, which this runtime does not know`);
  const comparisons = wanted.map(known.compare);
  const negated = known.negated === true;
  const meets = (actual: string) => comparisons.some((compare) => compare(actual)) !== negated;
  return (context) => {
    const actual = context.get(key);
    // ForAllValues is met by an absent key: policies that mean "only these" add a Null condition.
    if (actual === undefined)
      return quantifier === "ForAllValues" || ifExists !== undefined || (negated && !quantifier);
    if (quantifier === "ForAllValues") return actual.every(meets);
    return negated && !quantifier ? actual.every(meets) : actual.some(meets);
  };
}
